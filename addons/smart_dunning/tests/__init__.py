from . import (
    test_dunning_access,
    test_dunning_charges,
    test_dunning_disputes,
    test_dunning_interleavings,
    test_dunning_kpi,
    test_dunning_planning,
    test_dunning_plans,
    test_dunning_promises,
    test_dunning_returns,
    test_dunning_score,
    test_dunning_sending,
    test_dunning_texts,
)
