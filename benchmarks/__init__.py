"""Measures: our bot beside a bare Bolt app and raw SQL, in the same run."""
