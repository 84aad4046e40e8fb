internal import ArgumentParser
internal import Lariat

/// The flags that say what the network is.
struct NetworkOptions: ParsableArguments {
    @Option(
        help: "Units of the hidden layers; \"\" for a linear model (default: 64,32 up to 5000 rows, else 128,64).")
    var hidden: String?
    @Flag(name: .customLong("no-batch-norm"), help: "Leave out batch normalisation.") var noBatchNorm = false
    @Option(help: "relu, leaky-relu, tanh, sigmoid, gelu or silu.") var activation = "relu"
    @Option(parsing: .unconditional, help: "The probability of dropping a hidden unit in training.") var dropout = 0.0
    @Option(help: "float or double.") var precision = "float"

    /// The layers for a number of inputs and outputs, and by default for a number of training rows.
    func architecture(inputs: Int, outputs: Int, rows: Int) throws -> Architecture {
        guard let activation = Activation(name: activation), activation != .identity else {
            throw Failure(
                .usage, "there is no activation '\(activation)'\nChoose relu, leaky-relu, tanh, sigmoid, gelu or silu.")
        }
        guard dropout >= 0, dropout < 1 else { throw Failure(.usage, "--dropout must be in [0, 1), not \(dropout)") }
        var layers: [Layer] = []
        for units in try hiddenUnits(rows: rows) {
            layers.append(.dense(Dense(units)))
            if !noBatchNorm { layers.append(.batchNorm(BatchNorm())) }
            layers.append(.activation(activation))
            if dropout > 0 { layers.append(.dropout(Dropout(dropout))) }
        }
        layers.append(.dense(Dense(outputs, initialization: layers.isEmpty ? .zeros : nil)))
        do {
            return try Architecture(inputs: inputs, layers: layers)
        } catch {
            throw Failure(.usage, error.description)
        }
    }

    private func hiddenUnits(rows: Int) throws -> [Int] {
        // Few rows are learnt by heart by a network that many rows need.
        guard let hidden else { return rows <= 5000 ? [64, 32] : [128, 64] }
        if hidden.isEmpty { return [] }
        return try hidden.split(separator: ",", omittingEmptySubsequences: false).map {
            guard let units = Int($0), units >= 1, units <= 1 << 20 else {
                throw Failure(.usage, "--hidden takes numbers of units like 128,64, not '\(hidden)'")
            }
            return units
        }
    }

    /// Whether to train in double precision.
    func isDouble() throws -> Bool {
        switch precision {
        case "float": false
        case "double": true
        default: throw Failure(.usage, "--precision is float or double, not '\(precision)'")
        }
    }
}
