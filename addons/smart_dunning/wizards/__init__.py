from . import dunning_charge_wizard, dunning_plan_wizard, dunning_preview
