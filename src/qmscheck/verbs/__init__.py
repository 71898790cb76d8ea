"""What the verbs beside ``check`` do, without a terminal; each of them runs, or looks at, what `qmscheck.app` runs."""
