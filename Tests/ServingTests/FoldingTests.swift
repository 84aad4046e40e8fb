import Lariat
import LariatModels
import LariatServing
import LariatTestSupport
import LinearAlgebra
import Testing

/// Where folding could go wrong: cancellation, subnormals, numbers out of range, statistics that are not there.
@Suite("Folding")
struct FoldingTests {
    /// Means of a million deviations: x·w − μ·w would have no digit left in Float.
    @Test func meansFarFromZeroCostNoAccuracy() throws {
        for described in [TestModel.ordered[0], TestModel.tasks[1], TestModel.tasks[0]] {
            let far = described.with { $0.offset = 1e6 }
            let (float, double) = (try far.model(Float.self), try far.model(Double.self))
            // Rows around the means, as they are in Float: that rounding is the data's, not the predictor's.
            let noise: Matrix<Float> = randomMatrix(40, far.inputs, seed: 3)
            let x = Matrix<Float>(rows: 40, columns: far.inputs) { Float(float.inputs.means[$1]) + noise[$0, $1] }
            let reference = try double.predict(x).values.elements
            #expect(relativeDifference(try Predictor(float).predictions(x).elements, reference) < 1e-5)
            #expect(
                relativeDifference(try Predictor(double).predictions(Matrix<Double>(x)).elements, reference) < 1e-12)
        }
    }

    @Test func targetsFarFromZeroKeepTheirDigits() throws {
        let model = try TestModel.tasks[1].model(Float.self)
        let far = Model(
            body: model.body, schema: model.schema, inputs: model.inputs,
            outputs: Standardization(means: [1e7, -1e7, 0], scales: [1, 1, 1]), link: model.link, card: model.card)
        let x = TestModel.tasks[1].rows(20, Double.self)
        // The deviation from the mean, not the number, is what has to agree.
        let (expected, found) = (try far.predict(x).values, try Predictor(far).predictions(x))
        for row in 0..<20 {
            for column in 0..<3 { #expect(abs(expected[row, column] - found[row, column]) < 1e-5) }
        }
    }

    /// Small scales against small weights: folded weights that are subnormal become zero, and nothing else changes.
    @Test func subnormalsBecomeZero() throws {
        let described = TestModel(
            "tiny", inputs: 50,
            [.dense(Dense(64)), .batchNorm(BatchNorm()), .activation(.relu), .dense(Dense(10))])
        var network: NeuralNetwork<Float> = try described.network()
        for tensor in network.layout.tensors where tensor.layer < 2 && tensor.role != .shift {
            network[tensor] = Matrix(rows: tensor.rows, columns: tensor.columns, repeating: 1e-20)
        }
        let folded = try FoldedNetwork(network).layers[0]
        guard case .dense(let dense) = folded.operation else { fatalError("the first layer is dense") }
        #expect(dense.weights.allSatisfy { $0 != 0 && Float($0).magnitude < Float.leastNormalMagnitude })
        let arena = Arena()
        let layer = try ServingLayer<Float>(folded, arena)
        withExtendedLifetime(arena) {
            #expect(UnsafeBufferPointer(start: layer.weights, count: 3200).allSatisfy { $0 == 0 })
        }
        let whole = try described.model(Float.self)
        let model = Model(
            body: .float(network), schema: whole.schema, inputs: whole.inputs, outputs: whole.outputs, link: whole.link,
            card: whole.card)
        let x = described.rows(8, Float.self)
        let y = try Predictor(model).predictions(x)
        #expect(relativeDifference(y.elements, try model.predict(x).values.elements) < 1e-5)
    }

    @Test func aBatchNormWithoutStatisticsIsRefused() throws {
        let described = TestModel(
            "", [.dense(Dense(4)), .batchNorm(BatchNorm(tracksStatistics: false)), .dense(Dense(2))])
        let error = #expect(throws: PredictorError.self) { try Predictor(try described.model(Float.self)) }
        #expect(error?.description.hasPrefix("layers.1 (batchNorm) keeps no running statistics") == true)
    }

    @Test(arguments: [Float.infinity, -.infinity, .nan])
    func parametersThatAreNotFiniteAreRefused(value: Float) throws {
        let described = TestModel.ordered[6]
        var network: NeuralNetwork<Float> = try described.network()
        let tensor = network.layout.tensors[2]
        network[tensor] = Matrix(rows: tensor.rows, columns: tensor.columns, repeating: value)
        let whole = try described.model(Float.self)
        let model = Model(
            body: .float(network), schema: whole.schema, inputs: whole.inputs, outputs: whole.outputs, link: whole.link,
            card: whole.card)
        let error = #expect(throws: PredictorError.self) { try Predictor(model) }
        #expect(error?.description.hasPrefix("layers.1 (dense) has parameters that are not finite") == true)
    }
}
