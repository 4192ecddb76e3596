"""One column with outliers, as each scaler leaves it."""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_breast_cancer

from skdeep.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

data = load_breast_cancer(as_frame=True)
X = data.frame[["area error"]]
shown = {
    "as it is": None,
    "MinMaxScaler()": MinMaxScaler(),
    "StandardScaler()": StandardScaler(),
    "RobustScaler(smooth_clip=3)": RobustScaler(smooth_clip=3.0),
}
figure, axes = plt.subplots(1, 4, figsize=(10, 2.6))
for ax, (name, scaler) in zip(axes, shown.items(), strict=True):
    z = np.ravel(X if scaler is None else scaler.fit_transform(X))
    ax.hist(z, bins=40, color="C0")
    ax.plot(z, np.full_like(z, -12), "|", color="C3", markersize=7, alpha=0.5)
    ax.set(title=name, yticks=[])
    ax.spines["left"].set_visible(False)
axes[0].set_ylabel("tumours")
