"""Vectors that a network learns for categories."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.offsetbox import AnnotationBbox, OffsetImage
from sklearn.datasets import load_digits

from skdeep import MLPRegressor

digits = load_digits()
names = pd.DataFrame({"digit": digits.target.astype(str)})
net = MLPRegressor(
    (32,),
    categorical_features="from_dtype",
    embedding_dim=2,
    alpha=1.0,
    learning_rate_init=0.01,
    max_iter=100,
    random_state=0,
).fit(names, digits.data / 16)

figure, ax = plt.subplots(figsize=(7, 4))
vectors = net.embeddings_[0][2:]
drawn = net.predict(pd.DataFrame({"digit": net.categories_[0]}))
for place, image, name in zip(vectors, drawn, net.categories_[0], strict=True):
    picture = OffsetImage(image.reshape(8, 8), zoom=3.2, cmap="gray_r")
    box = AnnotationBbox(picture, place, frameon=True, pad=0.2)
    ax.add_artist(box)
    ax.annotate(name, place, (17, 10), textcoords="offset points", color="C3")
ax.margins(0.15)
ax.update_datalim(vectors)
ax.autoscale_view()
ax.set(xlabel="first number of the vector", ylabel="second number")
