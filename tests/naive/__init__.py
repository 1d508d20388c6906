"""A second evaluator of rule documents, as plain as can be, to compare the library with."""
