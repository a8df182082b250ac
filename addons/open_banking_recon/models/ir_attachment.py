import base64
import logging
import secrets
from pathlib import Path

from psycopg2 import errors as pg_errors

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import str2bool

from ..recon_core.errors import ReconError
from ..recon_core.vault import content
from .cron_trigger import trigger_sudo

_logger = logging.getLogger(__name__)

SWITCH = "open_banking_recon.seal_files"
FOLDER = "sealed-"  # in the filestore; Odoo's own folders are two hexadecimal digits
KEY = "recon_key"
BATCH = 20


class IrAttachment(models.Model):
    """Files that lie encrypted, in the filestore or in the database, and open where Odoo reads them.

    A model names such binary fields in ``_sealed_files``. Each file has a data key of its own, which
    ``recon_key_sealed`` holds: a new key of the vault concerns the database alone, and once the
    attachment is deleted the file opens in no copy of the filestore. It is bound to its attachment.

    Odoo's checksum stays that of the content: by it files are told apart and cached.
    """

    _inherit = "ir.attachment"

    recon_key_sealed = fields.Char(
        "Sealed data key", copy=False, readonly=True, groups="base.group_system"
    )

    _recon_sealed = models.Index("(id) WHERE recon_key_sealed IS NOT NULL")

    @api.model
    def _seals_files(self):
        """Whether files are sealed in this database."""
        # sudo: a setting of the system, which holds for everybody who hands in a file
        return str2bool(self.env["ir.config_parameter"].sudo().get_param(SWITCH, "1"), True)

    @api.model
    def _is_for_sealing(self, res_model, res_field):
        model = self.env.get(res_model or "")
        return res_field in getattr(model, "_sealed_files", ()) and self._seals_files()

    def _is_sealed(self):
        self.ensure_one()
        if self.store_fname:
            return self.store_fname.startswith(FOLDER)
        return bool(self.db_datas) and bytes(self.db_datas).startswith(content.MARK)

    # -- writing --------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS base: a content is bound to its attachment, which has to be there first
        vals_list = [dict(vals) for vals in vals_list]
        contents = [
            self._is_for_sealing(vals.get("res_model"), vals.get("res_field"))
            and self._take_content(vals)
            for vals in vals_list
        ]
        attachments = super().create(vals_list)
        for attachment, raw in zip(attachments, contents, strict=True):
            if raw:
                attachment._keep_sealed(raw)
        return attachments

    @api.model
    def _take_content(self, vals):
        """Take the content out of ``vals``, as Odoo would have stored it: pictures made smaller."""
        raw, datas = vals.pop("raw", None), vals.pop("datas", None)
        vals.pop("db_datas", None)
        if isinstance(raw, str):
            raw = raw.encode()
        checked = self._check_contents({**vals, "raw": raw or base64.b64decode(datas or b"")})
        raw = checked.pop("raw")
        vals.update(checked)
        return raw

    def _set_attachment_data(self, asbytes):
        # EXTENDS base
        to_seal = self.filtered(lambda file: file._is_for_sealing(file.res_model, file.res_field))
        for attachment in to_seal:
            attachment._keep_sealed(asbytes(attachment))
        others = self - to_seal
        res = super(IrAttachment, others)._set_attachment_data(asbytes)
        # sudo: who may write a file need not see its key
        others.sudo().filtered("recon_key_sealed").recon_key_sealed = False
        return res

    def _keep_sealed(self, raw):
        """Make ``raw`` the content of this attachment."""
        self.ensure_one()
        old_name, in_files = self.store_fname, bool(raw) and self._storage() != "db"
        vault = self.env["open.banking.vault"]
        key, sealed = content.seal(vault._ring(), raw, vault._context(self, KEY))
        name = secrets.token_hex(20)
        vals = {
            "file_size": len(raw),
            "checksum": self._compute_checksum(raw),
            "index_content": False,  # Odoo would keep the text of the file here
            "store_fname": in_files and f"{FOLDER}{name[:2]}/{name}",
            "db_datas": not in_files and sealed,
            "recon_key_sealed": key,
        }
        # Odoo's write of attachments leaves these values out. sudo: as Odoo does it
        models.Model.write(self.sudo(), vals)
        # flushed first, as Odoo does: so the collection of garbage waits for this transaction
        self.flush_recordset()
        if in_files:
            self._file_write(sealed, vals["store_fname"])
        if old_name:
            self._file_delete(old_name)

    @api.model
    def _get_path(self, bin_data, sha):
        # EXTENDS base: the name of a sealed file is not made of its content
        if not sha.startswith(FOLDER):
            return super()._get_path(bin_data, sha)
        full_path = self._full_path(sha)
        Path(full_path).parent.mkdir(parents=True, exist_ok=True)
        return sha, full_path

    # -- reading --------------------------------------------------------------

    @api.depends("store_fname", "db_datas")
    def _compute_raw(self):
        # EXTENDS base
        sealed = self.filtered(lambda file: file._is_sealed())
        res = super(IrAttachment, self - sealed)._compute_raw()
        for attachment in sealed:
            try:
                attachment.raw = attachment._opened()
            except ReconError as error:
                raise UserError(attachment._sealed_sentence(error)) from error
        return res

    def _to_http_stream(self):
        # EXTENDS base, which serves the file as it lies on the disk
        stream = super()._to_http_stream()
        if self._is_sealed():
            stream.type, stream.path = "data", None
            stream.data = self.raw
            stream.size = len(stream.data)
        return stream

    def _opened(self):
        """The content. Raises ReconError with a code that starts with ``vault_``."""
        self.ensure_one()
        name = self.store_fname
        sealed = self._file_read(name) if name else bytes(self.db_datas or b"")
        if not sealed:
            return b""  # what Odoo says of a file that is not there
        vault = self.env["open.banking.vault"]
        # sudo: whoever may read the file need not see its key
        key = self.sudo().recon_key_sealed or ""
        return content.unseal(vault._ring(), key, sealed, vault._context(self._origin, KEY))

    def _sealed_sentence(self, error):
        return self.env["open.banking.messages"]._file_sentence(error.code, error.detail)

    # -- the setting ----------------------------------------------------------

    @api.model
    def _set_seals_files(self, seals):
        """Have files sealed from now on, or not, and those that are there brought to it soon. Refused to
        all but those who may change parameters of the system."""
        self.env["ir.config_parameter"].set_param(SWITCH, str(int(seals)))
        self.env["recon.audit.entry"]._record_alone("setting", {"seal_files": int(seals)})
        trigger_sudo(self.env, "ir_cron_seal")

    @api.model
    def _cron_seal(self):
        """Seal or open what is not as the setting wants it: files from before it was changed.

        Committed batch by batch: a run that is stopped goes on where it was. A file that does not
        open, or that somebody writes at this moment, stays as it is.
        """
        last_id = 0
        while batch := self._to_be_changed(last_id):
            last_id = batch.ids[-1]
            try:
                for attachment in batch.try_lock_for_update():
                    attachment._change_seal()
            except pg_errors.SerializationFailure:
                self.env.cr.rollback()
                _logger.info("sealing of files: somebody else is writing, left for later")
            self.env["ir.cron"]._commit_progress(len(batch))

    @api.model
    def _to_be_changed(self, last_id):
        sealed = Domain.OR(
            Domain("res_model", "=", model._name) & Domain("res_field", "in", model._sealed_files)
            for model in self.env.registry.values()
            if getattr(model, "_sealed_files", ())
        )
        state = Domain("recon_key_sealed", "=" if self._seals_files() else "!=", False)
        filled = Domain("file_size", ">", 0) & Domain("id", ">", last_id)
        # sudo: the cron of all companies
        return self.sudo().search(sealed & state & filled, order="id", limit=BATCH)

    def _change_seal(self):
        try:
            raw = self.with_prefetch().raw  # alone: one that does not open is no matter of others
        except UserError as error:
            _logger.error("ir.attachment,%s: not opened, %s", self.id, error.__cause__)
            return
        if raw:  # a file that is not there is not made an empty one
            self._set_attachment_data(lambda _attachment: raw)
