-- a copy asks no bank: nothing that opens an account stays in it
UPDATE open_banking_provider
   SET client_secret_sealed = NULL,
       webhook_secret_sealed = NULL,
       assertion_key_sealed = NULL,
       client_key_sealed = NULL,
       seal_key_sealed = NULL;
UPDATE open_banking_consent
   SET state = CASE WHEN state IN ('received', 'valid') THEN 'terminated' ELSE state END,
       consent_ref = NULL,
       redirect_state_hash = NULL,
       secrets_sealed = NULL,
       grant_sealed = NULL,
       waiting_sealed = NULL;
-- and tells nobody what happens in it
UPDATE recon_webhook
   SET active = FALSE,
       secret_sealed = NULL;
UPDATE open_banking_event
   SET payload_sealed = NULL,
       state = CASE WHEN state IN ('queued', 'running', 'failed') THEN 'dead' ELSE state END;
-- with the company's own data, which a copy for tests does not need
DELETE FROM open_banking_answer;
