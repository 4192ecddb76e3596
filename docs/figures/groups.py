"""Predictions by group, of a model that has seen lean patients only."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from skdeep import MLPRegressor
from skdeep.inspection import group_report
from skdeep.pipeline import make_pipeline

X, y = load_diabetes(return_X_y=True, as_frame=True, scaled=False)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, random_state=0)
body = pd.cut(X_test["bmi"], [0, 25, 30, 99], labels=["lean", "between", "heavy"])
lean = X_train["bmi"] < 26
rows = {"lean patients only": lean, "all patients": lean | True}

figure, axes = plt.subplots(1, 2, figsize=(10, 3), sharey=True)
for ax, (name, used) in zip(axes, rows.items(), strict=True):
    model = make_pipeline(
        StandardScaler(), MLPRegressor((), solver="lbfgs", alpha=10)
    ).fit(X_train[used], y_train[used])
    report = group_report(model, X_test, y_test, by=body)
    place = np.arange(len(report))
    ax.bar(place - 0.2, report["mean_target"], 0.4, color="0.6", label="what came")
    ax.bar(
        place + 0.2,
        report["mean_prediction"],
        0.4,
        color="C3",
        label="what was predicted",
    )
    labels = [f"{group}\nn={n}" for group, n in report["n"].items()]
    ax.set_xticks(place, labels)
    ax.set_title(f"trained on {name} (mean error {report['mae'].iloc[-1]:.0f})")
axes[0].set_ylabel("mean progression")
axes[1].legend()
