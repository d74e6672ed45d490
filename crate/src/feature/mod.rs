//! 4-tuple → 37 features, declared once in `table`.
