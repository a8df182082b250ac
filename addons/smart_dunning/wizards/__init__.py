from . import (
    dunning_bulk,
    dunning_charge_wizard,
    dunning_erasure,
    dunning_plan_wizard,
    dunning_preview,
    recon_api_key,
)
