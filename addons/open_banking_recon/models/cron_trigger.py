def trigger_sudo(env, name, at=None):
    """Have a cron of this add-on run as soon as a worker is free, or at ``at``.

    sudo: crons belong to the system, whoever's action gives them work.
    """
    env.ref(f"open_banking_recon.{name}").sudo()._trigger(at)
