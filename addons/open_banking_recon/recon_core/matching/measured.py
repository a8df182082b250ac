"""What was counted over generated books with known truth: written by ``benchmarks.calibrate``."""

# (right, made) of each category of matches (matching.calibration).
CATEGORIES: dict[str, tuple[int, int]] = {
    "reference_exact": (25_482, 25_482),
    "reference_near": (5_901, 5_901),
    "reference_small_difference": (1_307, 1_307),
    "reference_instalments": (1_146, 1_146),
    "reference_partial": (1_039, 1_039),
    "reference_sum": (364, 364),
    "batch": (252, 252),
    "reference_over": (108, 108),
    "short_name_amount": (91, 91),
    "partner_sum": (178, 179),
    "partner_amount": (9_524, 9_533),
    "likely_name_amount": (22, 22),
    "partner_rounded": (24, 24),
}
# How often right and wrong proposals showed each sign.
RIGHT_SIGNS: dict[str, int] = {}
WRONG_SIGNS: dict[str, int] = {}
