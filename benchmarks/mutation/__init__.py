"""Mutation: damage the passing example one fact at a time, and see which damages the rules report.

`workshop` reads the example and judges it, `naming` says which fields rules name, `fields` and `scenarios` make the
damages, `tally` counts, `explanations` says why a damage may go unreported. `benchmarks/mutate.py` is the command.
"""
