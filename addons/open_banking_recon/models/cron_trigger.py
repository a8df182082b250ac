def trigger_sudo(env, name):
    """Have a cron of this add-on run as soon as a worker is free.

    sudo: crons belong to the system, whoever's action gives them work.
    """
    env.ref(f"open_banking_recon.{name}").sudo()._trigger()
