"""
Too small, too big, or badly trained? A ladder of networks, and a diagnosis
===========================================================================

How large should a network be, and when it does badly, what should be changed? We train
a ladder of networks on noisy data, from a linear model to three hidden layers, look at
where training and validation part, and let :func:`skdeep.inspection.diagnose` say what
is wrong with three of them.

Run it with ``python examples/11_capacity.py``; it needs
``pip install "scikit-deep[plots]"``.
"""

# %%
# 1. The data
# -----------
# Two interleaved half circles, blurred until they overlap, among columns of noise.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_moons
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skdeep import MLPClassifier
from skdeep.inspection import CapacityDisplay, DiagnosisDisplay, diagnose
from skdeep.model_selection import LearningRateFinder, capacity_grid

warnings.simplefilter("ignore", ConvergenceWarning)

rng = np.random.default_rng(0)
X, y = make_moons(3000, noise=0.3, random_state=0)
X = np.c_[X, rng.normal(size=(len(X), 4))]
X_train, X_val, y_train, y_val = train_test_split(X, y, test_size=0.5, random_state=0)

# %%
# 2. How fast to train
# --------------------
# The finder takes one step after the other at ever higher rates; a tenth of the rate
# at which the loss is lowest is a good one.

model = make_pipeline(StandardScaler(), MLPClassifier((64,), random_state=0))
rate = LearningRateFinder(model, random_state=0).fit(X_train, y_train).learning_rate_
print(f"learning rate: {rate:.3f}")
model.set_params(mlpclassifier__learning_rate_init=rate, mlpclassifier__tol=0.001)

# %%
# 3. A ladder of networks
# -----------------------
# ``capacity_grid`` makes the networks from small to large, as a grid for a search.

grid = capacity_grid(
    "mlp", X.shape[1:], max_parameters=20_000, prefix="mlpclassifier__"
)
search = GridSearchCV(
    model, grid, cv=5, scoring="neg_log_loss", return_train_score=True
)
search.fit(X_train, y_train)
print("best:", search.best_params_)

# %%
# 4. What is wrong with one that is too small, and one that is too big
# --------------------------------------------------------------------
# The first advice of each diagnosis can be followed as it stands.

for sizes in [(), (128, 128)]:
    model.set_params(mlpclassifier__hidden_layer_sizes=sizes).fit(X_train, y_train)
    found = diagnose(model, X_val, y_val)
    before = found.evidence["validation loss"]
    print(f"\nhidden_layer_sizes={sizes}, validation loss {before:.3f}\n{found}")
    model.set_params(**found.advice[0].params).fit(X_train, y_train)
    after = diagnose(model, X_val, y_val).evidence["validation loss"]
    print(f"  validation loss after the first advice: {after:.3f}")
    model.set_params(mlpclassifier__early_stopping=False, mlpclassifier__scoring=None)

# %%
# 5. As pictures
# --------------
# Networks in the middle of the ladder are best; those above learn the blur by heart.

CapacityDisplay.from_search(search)
model.set_params(mlpclassifier__hidden_layer_sizes=(128, 128)).fit(X_train, y_train)
DiagnosisDisplay.from_estimator(model, X_val, y_val)
plt.show()
