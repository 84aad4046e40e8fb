import LariatModels
import LinearAlgebra
import Testing

@Suite("Computational load")
struct ComputationalLoadTests {
    /// Counted by hand: a dense layer's gradient of its weights costs as much as its forward product, and that of its
    /// input once more, but in the first layer, which passes none on.
    @Test func everyLayerByHand() throws {
        let load = ComputationalLoad(
            try Architecture(
                inputs: 10,
                layers: [
                    .batchNorm(BatchNorm(affine: false)), .dense(Dense(7)), .batchNorm(BatchNorm()), .activation(.relu),
                    .dropout(Dropout(0.5)), .dense(Dense(3)),
                ]))
        #expect(load.layers.map(\.parameters) == [0, 70, 14, 0, 0, 24])
        #expect(load.layers.map(\.forwardFlops) == [80, 140, 56, 7, 7, 45])
        #expect(load.layers.map(\.backwardFlops) == [110, 140, 77, 7, 7, 84])
        #expect(load.layers.map(\.shape) == ["10 → 10", "10 → 7", "7 → 7", "7 → 7", "7 → 7", "7 → 3"])
        #expect(load.layers[2].name == "layers.2 (batchNorm)")
        #expect(load.forwardFlops == 335 && load.backwardFlops == 425 && load.bytes == 4 * 108)
    }

    @Test func parametersAreTheNetworks() {
        let network = Network(inputs: 9) {
            Dense(16); BatchNorm(); GELU(); Dense(8, bias: false); Tanh(); Dense(4)
        }
        #expect(ComputationalLoad(network.architecture).bytes == 4 * network.parameterCount)
    }
}
