"""Callbacks of the kind that scikit-learn calls, for tests."""


class Recorder:
    """Writes down the epochs that it is told of."""

    def __init__(self):
        self.calls = []

    def setup(self, estimator, context):
        self.calls.append("setup")

    def on_fit_task_begin(self, estimator, context):
        self.calls.append(("begin", context.task_name, context.task_id))

    def on_fit_task_end(self, estimator, context):
        self.calls.append(("end", context.task_name, context.task_id))

    def teardown(self, estimator, context):
        self.calls.append("teardown")
