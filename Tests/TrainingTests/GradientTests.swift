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
        let network = NeuralNetwork<Double>(
            architecture: try Architecture(
                inputs: 3, layers: [.dense(Dense(4))] + layers + [.dense(Dense(4))] + layers + [.dense(Dense(2))]),
            seed: 7)
        let data = try Dataset(
            features: randomMatrix(9, 3, seed: 1), targets: randomMatrix(9, 2, seed: 2),
            weights: (1...9).map(Double.init))
        let trainer = Trainer(
            objective: Objective(loss, penalties: [.l2(0.05)]), optimizer: .sgd, schedule: .constant(1), batchSize: 9,
            epochs: 1, seed: 1, workers: 1)
        let session = try TrainingSession(network, trainer, on: data)
        _ = try session.step(data)
        let moved = session.network
        func lossAt(_ network: NeuralNetwork<Double>) throws -> Double {
            try TrainingSession(network, trainer, on: data).step(data)
        }
        let step = 1e-6
        for tensor in network.layout.tensors {
            for column in 0..<tensor.columns {
                for row in 0..<tensor.rows {
                    let w = network[tensor][row, column]
                    var (up, down) = (network, network)
                    up[tensor][row, column] = w + step
                    down[tensor][row, column] = w - step
                    let (above, below, here) = (try lossAt(up), try lossAt(down), try lossAt(network))
                    // At a kink the gradient lies between the slopes of the two sides, whose distance this is.
                    let jump = abs(above + below - 2 * here) / step
                    let ridge = tensor.role == .weight ? 2 * 0.05 * w : 0
                    let gradient = w - moved[tensor][row, column] - ridge
                    let difference = (above - below) / (2 * step)
                    #expect(
                        abs(difference - gradient) <= 1e-6 * max(1, abs(difference)) + jump / 2,
                        "\(tensor.name)[\(row), \(column)]")
                }
            }
        }
    }
}
