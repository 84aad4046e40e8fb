import Lariat

/// The network of the README.
public func housingNetwork(inputs: Int) -> Network {
    Network(inputs: inputs, seed: 7) {
        Dense(64); BatchNorm(); ReLU()
        Dense(1)
    }
}
