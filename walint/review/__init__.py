"""The review that people read: the Well-Architected Framework, AWS Config and Trusted Advisor, as the templates show.

Data flows one way: `sketch` takes plain data from each graph while a run has it, `build` makes a `model.Review` of the
run's report and these sketches, and `page`, `markdown` and `structured` render that. Nothing here reads or prints.
"""
