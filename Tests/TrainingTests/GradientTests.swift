import Lariat
import LariatTestSupport
import Testing

/// Whole networks against central differences in Double, batch normalisation in training mode.
///
/// One SGD step at rate 1 moves the parameters by minus the gradient of the mean loss, and says the loss before it:
/// both sides of the comparison come from the step itself.
@Suite("Network gradients")
struct GradientTests {
    static let hidden: [[Layer]] = [
        [], [.activation(.tanh)], [.activation(.sigmoid)], [.activation(.gelu)], [.activation(.silu)],
        [.activation(.leakyReLU(slope: 0.1))], [.activation(.relu)], [.batchNorm(BatchNorm())],
        [.batchNorm(BatchNorm(affine: false)), .activation(.tanh)], [.batchNorm(BatchNorm()), .activation(.relu)],
        [.batchNorm(BatchNorm()), .activation(.gelu)],
        [.batchNorm(BatchNorm()), .activation(.sigmoid), .dropout(Dropout(0.3))],
    ]

    @Test(arguments: hidden, [Loss.squaredError, .huber(delta: 0.5), .quantile(0.3)])
    func matchCentralDifferences(layers: [Layer], loss: Loss) throws {
        let problem = try Problem(layers, loss, rows: 9, inputs: 3, width: 4, outputs: 2, seed: 7)
        let gradient = try problem.gradient()
        for place in 0..<problem.network.parameters.count {
            try problem.check(gradient, along: [(place, 1)])
        }
    }

    /// Two hundred shapes for every layer: the slope along a random direction of all parameters at once.
    @Test(arguments: hidden)
    func matchAtManyShapes(layers: [Layer]) throws {
        var generator = CounterGenerator(seed: 35)
        for seed in UInt64(0)..<200 {
            let problem = try Problem(
                layers, .squaredError, rows: 2 + generator.next(below: 20), inputs: 1 + generator.next(below: 18),
                width: 1 + generator.next(below: 18), outputs: 1 + generator.next(below: 5), seed: seed)
            let places = problem.network.layout.tensors.flatMap { $0.offset..<($0.offset + $0.count) }
            let length = Double(places.count).squareRoot()
            let direction = places.map { ($0, (2 * generator.nextUniform() - 1) / length) }
            try problem.check(try problem.gradient(), along: direction)
        }
    }

    /// A network, data, and a step whose loss and gradient are compared.
    private struct Problem {
        let network: NeuralNetwork<Double>
        let data: Dataset
        let trainer: Trainer

        init(_ layers: [Layer], _ loss: Loss, rows: Int, inputs: Int, width: Int, outputs: Int, seed: UInt64) throws {
            let dense = Layer.dense(Dense(width))
            var network = NeuralNetwork<Double>(
                architecture: try Architecture(
                    inputs: inputs, layers: [dense] + layers + [dense] + layers + [.dense(Dense(outputs))]),
                seed: seed)
            // Away from the biases' zeros, where a row without a live unit would stand exactly on a kink.
            var generator = CounterGenerator(seed: seed)
            network.parameters.withUnsafeMutablePointer { base in
                for tensor in network.layout.tensors {
                    for place in 0..<tensor.count { base[tensor.offset + place] += 0.2 * generator.nextUniform() }
                }
            }
            self.network = network
            data = try Dataset(
                features: randomMatrix(rows, inputs, seed: seed + 1),
                targets: randomMatrix(rows, outputs, seed: seed + 2),
                weights: (1...rows).map(Double.init))
            trainer = Trainer(
                objective: Objective(loss, penalties: [.l2(0.05)]), optimizer: .sgd, schedule: .constant(1),
                batchSize: rows, epochs: 1, seed: 1, workers: 1)
        }

        /// The mean loss at the network, with what a step makes of it.
        private func step(_ network: NeuralNetwork<Double>) throws -> (loss: Double, after: NeuralNetwork<Double>) {
            let session = try TrainingSession(network, trainer, on: data)
            return (try session.step(data), session.network)
        }

        /// The gradient of the mean loss, by place in the parameter block: the step took it, and the ridge's, off.
        func gradient() throws -> [Double] {
            let (before, after) = (network.parameters.elements, try step(network).after.parameters.elements)
            var gradient = zip(before, after).map { $0 - $1 }
            for tensor in network.layout.tensors where tensor.role == .weight {
                for place in tensor.offset..<(tensor.offset + tensor.count) {
                    gradient[place] -= 2 * 0.05 * before[place]
                }
            }
            return gradient
        }

        func check(_ gradient: [Double], along direction: [(place: Int, length: Double)]) throws {
            let step = 1e-6
            func loss(_ distance: Double) throws -> Double {
                var moved = network
                moved.parameters.withUnsafeMutablePointer { base in
                    for (place, length) in direction { base[place] += distance * length }
                }
                return try self.step(moved).loss
            }
            let (above, below, here) = (try loss(step), try loss(-step), try loss(0))
            // At a kink the gradient lies between the slopes of the two sides, whose distance this is.
            let jump = abs(above + below - 2 * here) / step
            let slope = direction.reduce(0) { $0 + gradient[$1.place] * $1.length }
            let difference = (above - below) / (2 * step)
            #expect(
                abs(difference - slope) <= 1e-6 * max(1, abs(difference)) + jump / 2,
                "\(network.architecture), \(data.count) rows")
        }
    }
}
