from odoo import fields, models

from ..recon_core.queue.circuit import OUTAGES, Circuit


class OpenBankingCircuit(models.AbstractModel):
    """Somebody whom workers ask, and who is left alone for a while when there is no answer."""

    _name = "open.banking.circuit"
    _description = "Circuit Breaker"

    circuit_failures = fields.Integer(readonly=True, copy=False)
    circuit_open_until = fields.Datetime(
        string="Left alone until",
        readonly=True,
        copy=False,
        help="There was no answer several times in a row: the next attempt is then.",
    )

    def _circuit(self):
        return Circuit(self.circuit_failures, self.circuit_open_until or None)

    def _circuit_asked_sudo(self, now):
        if self:
            self._set_circuit_sudo(self._circuit().asked(now))

    def _circuit_result_sudo(self, error, now):
        """Count an outage; anything else that was answered closes the circuit."""
        if not self:
            return
        circuit = self._circuit()
        is_outage = error is not None and self._is_outage(error)
        self._set_circuit_sudo(circuit.failed(now) if is_outage else circuit.succeeded())

    def _is_outage(self, error):
        return error.code in OUTAGES

    def _set_circuit_sudo(self, circuit):
        """Written only when it changes, as many workers read this row; what another worker is
        writing at this moment says the same. sudo: what workers learn is no setting.
        """
        if circuit != self._circuit() and self.try_lock_for_update(allow_referencing=True):
            self.sudo().write(
                {
                    "circuit_failures": circuit.failures,
                    "circuit_open_until": circuit.open_until or False,
                }
            )
