"""Who inside the company is told when a step has been taken."""

from __future__ import annotations

from odoo import api, models

from ..dunning_core.types import EventKind


class DunningHandover(models.AbstractModel):
    _name = "dunning.handover"
    _description = "Alerts Inside the Company"

    @api.model
    def _after_sent(self, actions):
        """Activities for the people whom the steps of sent ``actions`` name."""
        telling = actions.filtered("step_id.hand_over")
        facts = [
            (action.case_id, EventKind.HANDED_OVER, f"dunning.action,{action.id}", "1")
            for action in telling
        ]
        events = self.env["dunning.case"]._register_sudo(facts)
        new = {event.source_ref for event in events}
        for action in telling:
            if f"dunning.action,{action.id}" in new:
                person = self._person(action.case_id, action.step_id.hand_over)
                self._tell(action.case_id, person, self._summary(action, person))

    @api.model
    def _person(self, case, kind="responsible"):
        """The user meant by ``kind``; where there is none, the next one up."""
        manager = self._manager_sudo(case.company_id)
        people = {
            "responsible": case.user_id or case.partner_id.user_id,
            "salesperson": case.partner_id.user_id or case.user_id,
            "manager": manager,
        }
        return people[kind] or manager or self.env.user

    @api.model
    def _manager_sudo(self, company):
        """A follow-up manager of ``company``, none where it has none. sudo: few may see which
        companies a user has."""
        group = self.env.ref("smart_dunning.group_dunning_manager").sudo()
        managers = group.all_user_ids.filtered(
            lambda user: company in user.company_ids and not user._is_superuser()
        )
        return managers[:1]

    @api.model
    def _tell(self, case, user, summary, note=False):
        """One activity on ``case`` for ``user``; ``note`` is HTML that is safe already."""
        return self._tell_all([(case, user, summary, note)])

    @api.model
    def _tell_all(self, todo):
        """Activities that are due today by the clock of each company. ``todo``: [(case, user,
        summary, note)], as in _tell."""
        activity_type = self.env.ref("mail.mail_activity_data_todo")
        return self.env["mail.activity"].create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id(case._name),
                    "res_id": case.id,
                    "activity_type_id": activity_type.id,
                    "user_id": user.id,
                    "date_deadline": self.env["dunning.agreement"]._today(case.company_id),
                    "summary": summary,
                    "note": note,
                }
                for case, user, summary, note in todo
            ]
        )

    @api.model
    def _summary(self, action, person):
        writer = self.with_context(lang=person.lang or self.env.lang)
        return writer.env._(
            "%(customer)s has had “%(step)s”: %(amount)s open",
            customer=action.partner_id.display_name,
            step=action.step_id.with_context(lang=person.lang or self.env.lang).name,
            amount=action.currency_id.format(action.amount),
        )
