from string import Formatter

from odoo.tests import TransactionCase, tagged

from ..models.recon_sentences import SENTENCES, sentences
from ..recon_core.matching import explain
from ..recon_core.matching.model import Evidence


@tagged("post_install", "-at_install")
class TestSentences(TransactionCase):
    def test_every_evidence_code_has_a_sentence_with_the_same_parameters(self):
        self.assertEqual(set(SENTENCES), set(explain.SENTENCES))
        for code, english in explain.SENTENCES.items():
            names = {name for _text, name, _spec, _conversion in Formatter().parse(english) if name}
            params = dict.fromkeys(names, "X")
            with self.subTest(code=code):
                said = SENTENCES[code]._translate("en_US") % params
                self.assertEqual(said, english.format(**params))

    def test_the_weightiest_reason_comes_first(self):
        evidence = [
            Evidence("amount_exact", 1.0),
            Evidence("reference_exact", 9.0, {"number": "FAC/1"}),
            Evidence("partner_unknown", -2.0, {"partner": "Martin"}),
        ]
        said = sentences(self.env, evidence)
        self.assertEqual([speaks for speaks, _text in said], [True, False, True])
        self.assertEqual(said[0][1], "Reference FAC/1 found in the text")
