"""Labels of headline numbers, made from their names."""

from __future__ import annotations

import re

from core.lab.wording import capital

ABBREVIATIONS = {
    word.lower(): word
    for word in (
        "AUC",
        "CNN",
        "DeepFool",
        "DP",
        "ECE",
        "FGSM",
        "FPR",
        "GRU",
        "IoU",
        "L2",
        "MLP",
        "MNIST-1D",
    )
    + ("LIME", "LSTM", "PGD", "ReLU", "RNN", "ROC", "SGD", "SHAP", "SVM", "TPE", "TPR", "TRADES")
} | {"cmaes": "CMA-ES", "hyperband": "Hyperband"}


def label_of(name: str) -> str:
    """Turn a metric's name into a label: `auc_loss_threshold` is `AUC loss threshold`.

    What stands in brackets is whose it is: `accuracy[cnn]` is `Accuracy, CNN`.
    """
    plain = name.replace("[", ",_").replace("]", "")
    words = [ABBREVIATIONS.get(word, word) for word in plain.split("_")]
    text = re.sub(r"\b0 (\d)", r"0.\1", " ".join(words))
    return capital(text)
