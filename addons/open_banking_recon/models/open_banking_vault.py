import logging
import os
from functools import lru_cache
from pathlib import Path

from psycopg2 import errors as pg_errors

from odoo import api, models, tools
from odoo.tools import SQL

from ..recon_core.errors import FinalError, ReconError
from ..recon_core.vault import envelope, keyfile
from ..recon_core.vault.hsm import HsmAddress, HsmKeyRing

_logger = logging.getLogger(__name__)

KEY_FILE_VARIABLE = "OPEN_BANKING_KEY_FILE"
KEYS_VARIABLE = "OPEN_BANKING_KEYS"
HSM_VARIABLE = "OPEN_BANKING_KEY_HSM"
SUFFIX = "_sealed"
BATCH = 100


class OpenBankingVault(models.AbstractModel):
    """Seals what must not stand in clear in the database. The keys never enter the database.

    A field that holds sealed values is called ``<name>_sealed``: the rotation of keys finds it by
    that, on whatever model it is.
    """

    _name = "open.banking.vault"
    _description = "Open Banking Vault"

    def _seal(self, text, context):
        return envelope.seal(self._ring(), text, context)

    def _unseal(self, sealed, context):
        """Raises ReconError with a code that starts with ``vault_``."""
        return envelope.unseal(self._ring(), sealed, context)

    @api.model
    def _context(self, record, name):
        """What a sealed value is bound to: the record and the field ``<name>_sealed``."""
        return f"{record._name},{record.id},{name}"

    def _ring(self):
        sources = [
            name
            for name in (HSM_VARIABLE, KEYS_VARIABLE, KEY_FILE_VARIABLE)
            if os.environ.get(name)
        ]
        if len(sources) > 1:
            raise FinalError("vault_key_invalid", " and ".join(sources))
        if not sources:
            path = Path(tools.config["data_dir"]) / "open_banking.key"
            try:
                return keyfile.load_or_create(path)
            except OSError as error:
                raise FinalError("vault_key_missing", path.name) from error
        value = os.environ[sources[0]]
        if sources[0] == HSM_VARIABLE:
            return _hsm(value, os.getpid())
        if sources[0] == KEYS_VARIABLE:
            return keyfile.parse(value, KEYS_VARIABLE)
        return keyfile.load(Path(value))

    # -- rotation -------------------------------------------------------------

    @api.model
    def _cron_rewrap(self):
        """Bring what is sealed with an older key under the newest one."""
        self._rewrap_all()

    @api.model
    def _rewrap_all(self):
        """The same, on demand; returns how many values could not be opened.

        Committed batch by batch: a run that is stopped goes on where it was. Values that somebody
        else is writing at this moment are left for the next run.
        """
        ring = self._ring()
        before = self._key_usage()
        failed = sum(
            self._rewrap_field(ring, self.env[model].sudo(), name)  # sudo: see the fields' groups
            for model, name in self._sealed_fields()
        )
        after = self._key_usage()
        if before != after:
            facts = {"did": "rewrapped", "before": before, "after": after, "failed": failed}
            self.env["recon.audit.entry"]._record_alone("key", facts)
        return failed

    @api.model
    def _sealed_fields(self):
        """(model, field) of all stored fields that hold sealed values."""
        return sorted(
            (model._name, name)
            for model in self.env.registry.values()
            if not model._abstract and model._auto
            for name, field in model._fields.items()
            if name.endswith(SUFFIX) and field.store
        )

    @api.model
    def _rewrap_field(self, ring, Model, name):
        Model = Model.with_context(active_test=False)
        newest = envelope.prefix(ring.newest)
        old = [(name, "!=", False), (name, "not =like", f"{newest}%")]
        failed = last_id = 0
        while batch := Model.search([*old, ("id", ">", last_id)], order="id", limit=BATCH):
            last_id = batch.ids[-1]
            try:
                failed += self._rewrap_batch(ring, batch, name)
            except pg_errors.SerializationFailure:
                self.env.cr.rollback()
                _logger.info("%s.%s: somebody else is writing, left for later", Model._name, name)
            self.env["ir.cron"]._commit_progress(len(batch))
        return failed

    @api.model
    def _rewrap_batch(self, ring, batch, name):
        failed = 0
        for record in batch.try_lock_for_update():
            context = self._context(record, name.removesuffix(SUFFIX))
            try:
                record[name] = envelope.rewrap(ring, record[name], context)
            except ReconError as error:
                failed += 1
                _logger.error(
                    "%s,%s: %s not rewrapped, %s", *(record._name, record.id, name, error)
                )
        return failed

    @api.model
    def _key_usage(self):
        """{version of a key: number of values sealed with it}: an old key may go at none."""
        self.env.flush_all()
        usage = {}
        for model, name in self._sealed_fields():
            rows = self.env.execute_query(
                SQL(
                    "SELECT split_part(%(field)s, '.', 2), count(*) FROM %(table)s"
                    " WHERE %(field)s IS NOT NULL GROUP BY 1",
                    field=SQL.identifier(name),
                    table=SQL.identifier(self.env[model]._table),
                )
            )
            for version, count in rows:
                usage[version] = usage.get(version, 0) + count
        return usage


@lru_cache(maxsize=1)
def _hsm(uri, _process_id):
    """One session a process: a module's login does not survive a fork."""
    return HsmKeyRing(HsmAddress.from_uri(uri))
