"""What a backup has to bring back, and what a neutralized copy must not have any more."""

CONTENT = b"%PDF-1.4 a bill of this backup"


def fill(env):
    """A connected bank, a learned payer and a file."""
    provider = env["open.banking.provider"].create(
        {"name": "Bank", "code": "berlin_group", "base_url": "https://bank.example/psd2"}
    )
    provider.client_secret = "a secret of this backup"
    consent = env["open.banking.consent"].create({"provider_id": provider.id})
    vault = env["open.banking.vault"]
    sealed = vault._seal("{}", vault._context(consent, "grant"))
    consent.write({"state": "valid", "grant_sealed": sealed, "consent_ref": "ref"})
    env["open.banking.event"]._enqueue_sudo("webhook", "one", payload="{}", provider_id=provider.id)
    env["ir.attachment"].create({"name": "bill.pdf", "raw": CONTENT})
    env.cr.commit()


def check(env):
    """All of :func:`fill` is there and opens."""
    attachment = env["ir.attachment"].search([("name", "=", "bill.pdf")])
    assert attachment.store_fname
    assert attachment.raw == CONTENT
    consent = env["open.banking.consent"].search([("provider_id.name", "=", "Bank")])
    vault = env["open.banking.vault"]
    assert vault._unseal(consent.grant_sealed, vault._context(consent, "grant")) == "{}"
    assert env["open.banking.event"].search([("key", "=", "one")]).payload_sealed


def check_neutralized(env):
    """Nothing sealed is left that opens a bank, and nothing would ask one."""
    vault = env["open.banking.vault"]
    left = {
        f"{model}.{name}"
        for model, name in vault._sealed_fields()
        if env[model].with_context(active_test=False).search_count([(name, "!=", False)])
    }
    # neither opens a bank account; without the vault's keys nobody opens them
    assert left <= {"recon.audit.key.private_sealed", "ir.attachment.recon_key_sealed"}, left
    assert not env["open.banking.consent"].search([("state", "in", ("received", "valid"))])
    assert not env["open.banking.event"].search([("state", "in", ("queued", "running", "failed"))])
    assert len(env["ir.cron"].search([])) == 1
