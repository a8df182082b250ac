from odoo import api, models

MANAGER = "smart_dunning.group_dunning_manager"


class DunningPolicy(models.Model):
    _name = "dunning.policy"
    _inherit = ["dunning.policy", "recon.four.eyes"]
    _four_eyes_group = MANAGER


class DunningPolicyStep(models.Model):
    _name = "dunning.policy.step"
    _inherit = ["dunning.policy.step", "recon.four.eyes"]
    _four_eyes_group = MANAGER
    _four_eyes_parent = "policy_id"


class DunningRate(models.Model):
    _name = "dunning.rate"
    _inherit = ["dunning.rate", "recon.four.eyes"]
    _four_eyes_group = MANAGER


class DunningLegalProfile(models.Model):
    _name = "dunning.legal.profile"
    _inherit = ["dunning.legal.profile", "recon.four.eyes"]
    _four_eyes_group = MANAGER


class DunningReturnRule(models.Model):
    _name = "dunning.return.rule"
    _inherit = ["dunning.return.rule", "recon.four.eyes"]
    _four_eyes_group = MANAGER


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model
    def _four_eyes_fields(self):
        # EXTENDS open_banking_recon: which policy is followed, and the rate that was agreed
        return super()._four_eyes_fields() | {"dunning_policy_id", "dunning_agreed_rate"}
