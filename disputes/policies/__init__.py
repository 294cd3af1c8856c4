"""The rules of the shops: packs of values, and one pure evaluator of pack + facts + moment."""
