import Lariat

/// "784-512-256-10": inputs, hidden widths, outputs of a Dense-BatchNorm-ReLU network, or of a plain dense one.
package struct NetworkShape {
    package let inputs: Int
    package let hidden: [Int]
    package let outputs: Int
    /// Whether a batch normalisation follows every hidden layer.
    package var normalized = true

    package init?(_ text: some StringProtocol) {
        let widths = text.split(separator: "-").compactMap { Int($0) }
        guard widths.count >= 2, widths.allSatisfy({ $0 > 0 }) else { return nil }
        (inputs, hidden, outputs) = (widths[0], Array(widths[1..<(widths.count - 1)]), widths[widths.count - 1])
    }

    /// The network with weights drawn from a fixed seed.
    package var network: Network {
        Network(inputs: inputs, seed: 1) {
            for width in hidden {
                Dense(width)
                if normalized { BatchNorm() }
                ReLU()
            }
            Dense(outputs)
        }
    }

    /// Rows of independent uniform numbers whose classes come from a random linear map, so that there is something to
    /// learn.
    ///
    /// Two classes are trained by softmax cross-entropy over two outputs, as the peers do: hence the task is multiclass.
    package func syntheticData(rows: Int) throws -> Dataset {
        var (x, map) = (CounterGenerator(seed: 11, stream: 1), CounterGenerator(seed: 11, stream: 2))
        var scores = [Double](repeating: 0, count: rows * outputs)
        var columns: [Column] = []
        for input in 0..<inputs {
            let weights = (0..<outputs).map { _ in map.nextUniform() - 0.5 }
            let values = (0..<rows).map { _ in x.nextUniform() - 0.5 }
            for row in 0..<rows {
                for (index, weight) in weights.enumerated() { scores[row * outputs + index] += weight * values[row] }
            }
            columns.append(Column(name: "x\(input)", values: .numeric(values)))
        }
        let labels = (0..<rows).map { row in
            Double((0..<outputs).max { scores[row * outputs + $0] < scores[row * outputs + $1] }!)
        }
        var options = DatasetOptions()
        options.task = .multiclass
        let table = try Table(columns: columns + [Column(name: "class", values: .numeric(labels))])
        return try table.dataset(target: "class", options: options)
    }
}

extension Trainer {
    /// Cross-entropy by "sgd" (with momentum 0.9), "adam" or "adamw" (decaying weights only) at a constant rate.
    package init(optimizer: String, rate: Double = 1e-3, batch: Int, epochs: Int, workers: Int?) {
        let rule: Optimizer =
            switch optimizer {
            case "sgd": .momentum(0.9)
            case "adam": .adam()
            default: .adamW(decay: 0.01)
            }
        self.init(
            objective: Objective(.softmaxCrossEntropy()), optimizer: rule, schedule: .constant(rate), batchSize: batch,
            epochs: epochs, seed: 1, workers: workers)
    }
}
