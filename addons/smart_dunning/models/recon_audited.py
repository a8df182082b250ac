from odoo import models


class DunningPolicy(models.Model):
    _name = "dunning.policy"
    _inherit = ["dunning.policy", "recon.audited.setting"]


class DunningPolicyStep(models.Model):
    _name = "dunning.policy.step"
    _inherit = ["dunning.policy.step", "recon.audited.setting"]


class DunningRate(models.Model):
    _name = "dunning.rate"
    _inherit = ["dunning.rate", "recon.audited.setting"]


class DunningLegalProfile(models.Model):
    _name = "dunning.legal.profile"
    _inherit = ["dunning.legal.profile", "recon.audited.setting"]
