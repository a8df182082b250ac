from datetime import date, datetime, timedelta

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import TODAY, OpenBankingCommon

NOW = datetime(2026, 3, 31, 9, 0)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestExceptionWork(OpenBankingCommon):
    """Exceptions as work: owner, due day, postponed, told when late, claimed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paul = cls.make_user("paul", "group_accountant")
        cls.auditor = cls.make_user("audrey", "group_reader")

    @classmethod
    def make_user(cls, login, group, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login,
            groups=f"base.group_user,open_banking_recon.{group}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def policy(self, **values):
        return self.env["recon.policy"].create({"company_id": self.company.id, **values})

    def exception(self, amount=-45.0, text="CARTE STATION", user=None):
        line = self.bank_line(amount, text)
        self.match()
        found = self.env["recon.exception"].search([("st_line_id", "=", line.id)])
        return found.with_user(user or self.accountant)

    def listed(self, name, **values):
        """What a filter of the list shows."""
        view = self.env["recon.exception"].get_view(
            self.env.ref("open_banking_recon.recon_exception_view_search").id, "search"
        )
        node = etree.fromstring(view["arch"]).find(f".//filter[@name='{name}']")
        domain = safe_eval(node.get("domain"), {"uid": self.env.uid, **values})
        return self.env["recon.exception"].search(domain)

    # -- until when ----------------------------------------------------------------

    def test_a_line_is_due_when_the_policy_says(self):
        self.assertEqual(self.exception().date_deadline, TODAY + timedelta(days=5))
        self.policy(
            due_days=10,
            deadline_ids=[
                Command.create({"reason": "returned", "days": 1}),
                Command.create({"amount_from": 1000.0, "days": 2}),
            ],
        )
        days = {
            self.exception(-46.0, "CARTE UN").date_deadline: 10,
            self.exception(-1000.0, "CARTE DEUX").date_deadline: 2,
        }
        self.assertEqual(days, {TODAY + timedelta(days=n): n for n in days.values()})

    def test_a_line_that_turns_out_to_be_returned_is_due_earlier_and_never_later(self):
        self.policy(deadline_ids=[Command.create({"reason": "returned", "days": 1})])
        row = self.exception().sudo()
        row.reason = "returned"
        self.assertEqual(row.date_deadline, TODAY + timedelta(days=1))
        row.reason = "unsure"
        self.assertEqual(row.date_deadline, TODAY + timedelta(days=1))

    # -- whose, and not before when ------------------------------------------------

    def test_a_line_is_given_to_somebody_who_may_decide(self):
        row = self.exception()
        action = row.action_plan_owner()
        plan = (
            self.as_accountant("recon.exception.plan")
            .with_context(**action["context"])
            .create({"user_id": self.paul.id})
        )
        plan.action_apply()
        self.assertEqual(row.user_id, self.paul)
        for user in (self.auditor, self.make_user("zoe", "group_accountant", self.other_company())):
            with self.subTest(user.login), self.assertRaisesRegex(UserError, "may not reconcile"):
                row._assign(user)

    def test_many_lines_given_to_somebody_are_no_heap_of_mails(self):
        as_in_a_browser = {"tracking_disable": False, "mail_notrack": False}
        row = self.exception().with_context(**as_in_a_browser)
        row._assign(self.paul)
        self.env.flush_all()
        told = self.env["mail.notification"].search(
            [("res_partner_id", "=", self.paul.partner_id.id)]
        )
        self.assertFalse(told)
        self.assertIn(self.paul.partner_id, row.message_partner_ids)

    def other_company(self):
        return self.env["res.company"].create({"name": "Other"})

    def test_a_postponed_line_comes_back_by_itself_on_the_day(self):
        row = self.exception()
        plan = (
            self.as_accountant("recon.exception.plan")
            .with_context(**row.action_plan_day()["context"])
            .create({"postponed_until": "2026-04-10"})
        )
        plan.action_apply()
        self.assertNotIn(row, self.listed("open"))
        self.assertIn(row, self.listed("postponed"))
        self.assertFalse(self.env["recon.exception"].search(row._open_domain()) & row)
        with freeze_time("2026-04-10 09:00:00"):
            self.assertIn(row, self.listed("open"))
            self.assertNotIn(row, self.listed("postponed"))
            self.assertIn(row, self.env["recon.exception"].search(row._open_domain()))

    def test_a_line_is_put_off_to_a_later_day_only_and_may_be_brought_back(self):
        row = self.exception()
        with self.assertRaisesRegex(UserError, "a day after today"):
            row._postpone(TODAY)
        row._postpone(TODAY + timedelta(days=1))
        row.action_bring_back()
        self.assertIn(row, self.listed("open"))

    def test_the_filters_show_what_they_say(self):
        row = self.exception()
        row._assign(self.paul)
        self.assertIn(row, self.listed("mine", uid=self.paul.id))
        self.assertNotIn(row, self.listed("unassigned"))
        self.assertNotIn(row, self.listed("overdue"))
        self.assertIn(row, self.listed("age_week"))
        self.assertIn(row, self.listed("bill_missing"))
        with freeze_time("2026-04-20 09:00:00"):
            self.assertIn(row, self.listed("overdue"))
            self.assertIn(row, self.listed("age_month"))
            self.assertNotIn(row, self.listed("age_week"))

    # -- told when late --------------------------------------------------------------

    def escalate(self, day):
        with freeze_time(datetime.combine(day, NOW.time())), self.commits_allowed() as env:
            env["recon.exception"]._cron_escalate()
        self.env.invalidate_all()

    def activities(self, rows):
        kind = self.env.ref("open_banking_recon.mail_activity_exception_overdue")
        return rows.sudo().activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def test_somebody_is_told_once_and_on_the_day_only(self):
        self.policy(due_days=5, escalate_days=3, escalate_user_id=self.paul.id)
        row = self.exception()
        due = date(2026, 4, 5)
        self.escalate(due + timedelta(days=2))
        self.assertFalse(self.activities(row))
        self.escalate(due + timedelta(days=3))
        self.escalate(due + timedelta(days=3))
        self.escalate(due + timedelta(days=4))
        activity = self.activities(row)
        self.assertEqual((len(activity), activity.user_id), (1, self.paul))
        self.assertEqual(activity.summary, "Due 2026-04-05: CARTE STATION")
        self.assertEqual(row.escalated_on, due + timedelta(days=3))

    def test_nobody_is_told_where_the_policy_does_not_say_so(self):
        row = self.exception()
        self.escalate(date(2026, 12, 31))
        self.assertFalse(self.activities(row))

    def test_what_is_postponed_or_done_is_not_told(self):
        self.policy(escalate_days=1, escalate_user_id=self.paul.id)
        later = self.exception()
        later._postpone(date(2026, 5, 1))
        done = self.exception(-46.0, "CARTE DEUX")
        self.env["recon.exception"]._resolve(done.st_line_id)
        self.escalate(date(2026, 4, 20))
        self.assertFalse(self.activities(later | done))
        self.escalate(date(2026, 5, 1))
        self.assertEqual(len(self.activities(later)), 1)

    def test_the_role_shares_the_late_lines_within_the_company(self):
        group = self.env.ref("open_banking_recon.group_manager")
        managers = self.make_user("mona", "group_manager") | self.make_user("marc", "group_manager")
        self.make_user("milan", "group_manager", self.other_company())
        everybody = group.all_user_ids.filtered(lambda user: self.company in user.company_ids)
        (everybody - managers).write({"active": False})
        self.policy(escalate_days=1)
        rows = [self.exception(-50.0 - n, f"CARTE {n} X") for n in range(4)]
        self.escalate(date(2026, 4, 20))
        told = [self.activities(row).user_id for row in rows]
        self.assertEqual(sorted(user.login for user in told), ["marc", "marc", "mona", "mona"])

    def test_the_activity_goes_when_the_line_is_done(self):
        self.policy(escalate_days=1, escalate_user_id=self.paul.id)
        row = self.exception()
        self.escalate(date(2026, 4, 20))
        self.env["recon.exception"].with_user(self.accountant)._resolve(row.st_line_id)
        self.assertFalse(self.activities(row))

    # -- claimed --------------------------------------------------------------------

    def test_a_claim_tells_the_second_who_holds_the_line(self):
        row = self.exception()
        self.assertFalse(row._claim(NOW))
        second = row.with_user(self.paul)
        self.assertEqual(second._claim(NOW + timedelta(minutes=1)), self.accountant)
        self.assertEqual(second.worked_on_by_id, self.accountant)

    def test_a_claim_is_renewed_by_its_holder_and_ends_after_three_minutes(self):
        row = self.exception()
        second = row.with_user(self.paul)
        row._claim(NOW)
        self.assertFalse(row._claim(NOW + timedelta(minutes=2)))
        self.assertEqual(second._claim(NOW + timedelta(minutes=4)), self.accountant)
        self.assertFalse(second._claim(NOW + timedelta(minutes=5)))
        self.assertEqual(row._claim(NOW + timedelta(minutes=5)), self.paul)

    def test_a_line_that_is_given_back_is_free_and_only_its_holder_gives_it_back(self):
        row = self.exception()
        second = row.with_user(self.paul)
        row._claim(NOW)
        second._release()
        self.assertEqual(second._claim(NOW), self.accountant)
        row._release()
        self.assertFalse(second._claim(NOW))

    # -- rights ----------------------------------------------------------------------

    def test_an_auditor_sees_the_work_and_changes_none_of_it(self):
        row = self.exception(user=self.auditor)
        self.policy(deadline_ids=[Command.create({"days": 1})])
        row.read(["user_id", "date_deadline", "postponed_until", "worked_on_by_id", "escalated_on"])
        self.assertEqual(self.env["recon.deadline"].with_user(self.auditor).search([]).days, 1)
        for change in (
            row._claim,
            row._release,
            row.action_assign_to_me,
            row.action_plan_owner,
            row.action_plan_day,
            row.action_bring_back,
            lambda: row._assign(self.paul),
            lambda: row._postpone(TODAY + timedelta(days=3)),
            lambda: (
                self.env["recon.exception.plan"].with_user(self.auditor).create({"what": "day"})
            ),
            lambda: (
                self.env["recon.deadline"].with_user(self.auditor).search([]).write({"days": 9})
            ),
        ):
            with self.subTest(change), self.assertRaises(AccessError):
                change()

    def test_a_clerk_of_another_company_neither_sees_nor_claims_it(self):
        row = self.exception()
        self.policy(deadline_ids=[Command.create({"days": 1})])
        other = self.other_company()
        stranger = self.make_user("zoe", "group_manager", other)
        theirs = row.with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertFalse(theirs.search([("id", "=", row.id)]))
        self.assertFalse(theirs.env["recon.deadline"].search([]))
        for change in (theirs._claim, theirs._release, theirs.action_plan_day):
            with self.subTest(change), self.assertRaises(AccessError):
                change()
