import LariatModels
import LariatTestSupport
import LinearAlgebra
import Testing

@Suite("Networks")
struct NetworkTests {
    @Test func settlesBiasAndLayout() {
        let network = Network(inputs: 5, seed: 1) {
            Dense(7); BatchNorm(); ReLU()
            Dense(3)
        }
        #expect(
            network.layout.tensors.map(\.name) == [
                "layers.0.weight", "layers.1.scale", "layers.1.shift", "layers.3.weight", "layers.3.bias",
            ])
        #expect(network.parameterCount == 35 + 14 + 21 + 3)
        #expect(network.layout.tensors.allSatisfy { $0.offset % 16 == 0 })
        #expect(network.exactZeros == 0)
    }

    @Test func refusesWhatIsNoNetwork() {
        for layers in [
            [], [Layer.batchNorm(BatchNorm())], [.dense(Dense(0))], [.dense(Dense(1)), .dropout(Dropout(1))],
            [.dense(Dense(1)), .batchNorm(BatchNorm(momentum: 0))],
        ] {
            #expect(throws: ArchitectureError.self) { try Architecture(inputs: 2, layers: layers) }
        }
        #expect(throws: ArchitectureError.self) { try Architecture(inputs: 0, layers: [.dense(Dense(1))]) }
    }

    /// A row alone is the row in a batch, up to rounding.
    @Test(arguments: [1, 2, 3, 17, 63, 64, 65, 256, 300])
    func rowsDoNotDependOnTheirBatch(rows: Int) throws {
        let double = NeuralNetwork<Double>(inputs: 9, seed: 2) {
            Dense(16); BatchNorm(); GELU(); Dense(8); Tanh(); Dense(4)
        }
        let float = Network(double)
        let x: Matrix<Double> = randomMatrix(rows, 9, seed: 3)
        let (all, allFloat) = (try double(x), try float(Matrix<Float>(x)))
        for row in stride(from: 0, to: rows, by: max(1, rows / 7)) {
            #expect(relativeDifference(try double(x.selecting(rows: [row])).elements, all.row(row)) <= 1e-12)
            #expect(
                relativeDifference(try float(Matrix<Float>(x.selecting(rows: [row]))).elements, allFloat.row(row))
                    <= 1e-5)
        }
        #expect(relativeDifference(allFloat.elements, all.elements) <= 1e-5)
    }

    @Test func untrackedStatisticsNeedABatch() {
        let network = NeuralNetwork<Double>(inputs: 2) {
            Dense(3); BatchNorm(tracksStatistics: false); Dense(1)
        }
        let error = #expect(throws: BatchOfOneError.self) { try network(Matrix(rows: 1, columns: 2)) }
        #expect(error?.layer == "layers.1 (batchNorm)")
        #expect(throws: Never.self) { try network(Matrix(rows: 2, columns: 2)) }
    }
}
