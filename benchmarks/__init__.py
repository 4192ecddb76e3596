"""Measurements of skdeep beside other libraries; run with ``python -m benchmarks``.

========================  ====================================================
:mod:`.workload`          what is trained: data shapes, layers, bars
:mod:`.convolutions`      convolutional networks
:mod:`.workloads`         multilayer perceptrons, and all workloads by name
:mod:`.libraries`         estimators of skdeep and scikit-learn by name
:mod:`.contestants`       who trains it: skdeep, scikit-learn, torch, skorch
:mod:`.worker`            one process per contestant, driven over a pipe
:mod:`.timing`            rounds in which contestants take turns, and ratios
:mod:`.speed`             section *speed*: training step and one-row predict
:mod:`.accuracy`          section *accuracy*: cross-validated default models
:mod:`.signals`           section *signals*: convolutional networks on images, series
:mod:`.startup`           section *startup*: what importing skdeep costs
:mod:`.search`            section *search*: a grid search on two processes
:mod:`.report`            Markdown tables and the sections of the page
========================  ====================================================
"""
