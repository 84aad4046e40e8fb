import Lariat
import Models

/// The trainer of the README.
public func housingTrainer(epochs: Int) -> Trainer {
    Trainer(
        objective: Objective(.squaredError, penalties: [.elasticNet(strength: 1e-4, l1Ratio: 0.5)]),
        optimizer: .adamW(), schedule: .oneCycle(peak: 3e-3), batchSize: 128, epochs: epochs, seed: 7)
}

/// Trains while the caller's thread waits.
public func trainHere(on training: Dataset, validatingOn validation: Dataset) throws -> Fitted {
    var network = housingNetwork(inputs: training.featureCount)
    return try housingTrainer(epochs: 50).fit(&network, on: training, validatingOn: validation)
}
