"""Trains small models with PyTorch on one thread, as its tutorials do: shuffle, gather, forward, backward, SGD step.

epoch   one epoch of plain SGD, softmax cross entropy; mean loss and accuracy are kept as tensors
round   a round of FedAvg by hand: clients of equal size, one after another, train one epoch each from the same weights, which
        are averaged then; no evaluation

Models: mlp, cnn, cifar (random samples) and 2nn (McMahan et al., 2017, over the first samples of MNIST).
"""

import gzip
import os

import numpy as np
import torch
from torch import nn
from turns import serve

torch.set_num_threads(1)


def flat(*layers):
    return nn.Sequential(*layers)


def build(name):
    if name == "mlp":
        return flat(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    if name == "2nn":
        return flat(nn.Linear(784, 200), nn.ReLU(), nn.Linear(200, 200), nn.ReLU(), nn.Linear(200, 10))
    if name == "cnn":
        return flat(
            nn.Conv2d(1, 8, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(784, 64),
            nn.ReLU(),
            nn.Linear(64, 10),
        )
    return flat(
        nn.Conv2d(3, 32, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(32, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(4096, 128),
        nn.ReLU(),
        nn.Linear(128, 10),
    )


SHAPES = {"mlp": (784,), "cnn": (1, 28, 28), "cifar": (3, 32, 32)}


def read_idx(path, offset):
    with gzip.open(path) as file:
        return np.frombuffer(file.read(), np.uint8, offset=offset)


def prepare(question):
    torch.manual_seed(1)
    name = question["model"]
    if name == "2nn":
        folder = question["mnist"]
        images = read_idx(os.path.join(folder, "train-images-idx3-ubyte.gz"), 16).reshape(-1, 784)
        labels = read_idx(os.path.join(folder, "train-labels-idx1-ubyte.gz"), 8)
        count = question["samples"]
        x = torch.from_numpy(images[:count].astype(np.float32) / 255)
        y = torch.from_numpy(labels[:count].astype(np.int64))
    else:
        count = question["samples"]
        x = torch.rand(count, *SHAPES[name])
        y = torch.randint(0, 10, (count,))
    model = build(name)
    return {"model": model, "x": x, "y": y, "loss": nn.CrossEntropyLoss()}


def epoch(data):
    return train(data["model"], data["x"], data["y"], data)


def federated_round(data):
    model, x, y = data["model"], data["x"], data["y"]
    start = [parameter.detach().clone() for parameter in model.parameters()]
    sums = [torch.zeros_like(parameter) for parameter in start]
    size = len(x) // data["clients"]
    for client in range(data["clients"]):
        with torch.no_grad():
            for parameter, value in zip(model.parameters(), start):
                parameter.copy_(value)
        share = slice(client * size, (client + 1) * size)
        train(model, x[share], y[share], data)
        for total, parameter in zip(sums, model.parameters()):
            total += parameter.detach() / data["clients"]
    with torch.no_grad():
        for parameter, value in zip(model.parameters(), sums):
            parameter.copy_(value)


def train(model, x, y, data):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    model.train()
    size = data.get("batch", 32)
    order = torch.randperm(len(x))
    loss_sum = torch.zeros(())
    correct = torch.zeros((), dtype=torch.long)
    for start in range(0, len(x), size):
        index = order[start : start + size]
        images, labels = x[index], y[index]
        optimizer.zero_grad()
        logits = model(images)
        loss = data["loss"](logits, labels)
        loss.backward()
        optimizer.step()
        loss_sum += loss.detach() * len(index)
        correct += (logits.detach().argmax(1) == labels).sum()
    return loss_sum / len(x), correct


serve(prepare, {"epoch": epoch, "round": federated_round})
