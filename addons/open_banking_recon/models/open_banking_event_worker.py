from odoo import SUPERUSER_ID, api, models

JOB_METHOD = "_job_work"


class OpenBankingEvent(models.Model):
    """Who works off events: a cron, and where it is installed OCA's ``queue_job`` as well.

    The event stays the truth in both cases. A job only says that a worker should look at it: what a
    cron has taken in the meantime is left to the cron, and the other way round.
    """

    _inherit = "open.banking.event"

    def _wake_sudo(self, at):
        """Have these events looked at ``at`` that moment.

        sudo: crons and jobs belong to the system, whoever's action gives them work.
        """
        if not self:
            return
        if self._has_queue_job():
            self._ensure_job_function_sudo()
            # a job runs as whoever made it: not as the visitor who brought a message
            for event in self.with_user(SUPERUSER_ID):
                identity = f"{event._name}:{event.id}:{at.isoformat()}"
                event.with_delay(eta=at, identity_key=identity, description=event.key)._job_work()
            return
        # copies of our cron are workers too
        model = self.env["ir.model"]._get_id(self._name)
        for cron in self.env["ir.cron"].sudo().search([("model_id", "=", model)]):
            cron._trigger(at=at)

    @api.model
    def _has_queue_job(self):
        return "queue.job" in self.env

    @api.model
    def _ensure_job_function_sudo(self):
        """Jobs of ours commit by themselves, which ``queue_job`` has to be told once.

        sudo: as above.
        """
        Function = self.env["queue.job.function"].sudo()
        name = f"<{self._name}>.{JOB_METHOD}"
        if not Function.search_count([("name", "=", name)], limit=1):
            Function.create(
                {
                    "model_id": self.env["ir.model"]._get_id(self._name),
                    "method": JOB_METHOD,
                    "allow_commit": True,
                }
            )

    def _job_work(self):
        """What a job of ``queue_job`` runs: these events, where they are still due."""
        self._work_off(self.ids)
