"""What other programs may call: arguments, answers, errors and the document that tells them."""
