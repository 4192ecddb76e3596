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
:mod:`.real_tables`       tables on which defaults are decided
:mod:`.table_contestants` who is fitted to them, with what stands before it
:mod:`.folds`             one fold: scores and costs
:mod:`.cache`             results of single fits, kept between runs
:mod:`.study`             contestants on folds of tables
:mod:`.comparisons`       paired comparisons with standard errors
:mod:`.tables`            section *tables*: networks, boosting and linear models
:mod:`.imbalance`         section *imbalance*: what to do about rare classes
:mod:`.pictures`          pictures of the page
:mod:`.report`            Markdown tables and the sections of the page
========================  ====================================================
"""
