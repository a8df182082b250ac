def trigger_sudo(env, name):
    """Have a cron of this add-on run as soon as a worker is free.

    sudo: crons belong to the system, whoever's action gives them work.
    """
    env.ref(f"open_banking_recon.{name}").sudo()._trigger()


def trigger_workers_sudo(env, at=None):
    """Wake the workers of the queue, copies of their cron included, now or ``at``.

    sudo: as above.
    """
    model = env["ir.model"]._get_id("open.banking.event")
    for cron in env["ir.cron"].sudo().search([("model_id", "=", model)]):
        cron._trigger(at=at)
