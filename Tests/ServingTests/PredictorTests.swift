import Lariat
import LariatTestSupport
import Testing

/// A predictor against the model that it was made of.
@Suite("Predictor")
struct PredictorTests {
    @Test(arguments: TestModel.activated + TestModel.ordered + TestModel.tasks)
    func equalsTheModel(described: TestModel) throws {
        let (float, double) = (try described.model(Float.self), try described.model(Double.self))
        let (floats, doubles) = (described.rows(19, Float.self), described.rows(19, Double.self))
        // The unfolded model in Double is the reference for both precisions.
        let reference = try double.predict(doubles).values.elements
        #expect(relativeDifference(try Predictor(float).predictions(floats).elements, reference) < 1e-5)
        #expect(relativeDifference(try Predictor(double).predictions(doubles).elements, reference) < 1e-12)
        // Rows of the other precision.
        #expect(relativeDifference(try Predictor(float).predictions(doubles).elements, reference) < 1e-5)
        #expect(relativeDifference(try Predictor(double).predictions(floats).elements, reference) < 1e-6)
    }

    /// Rows alone, in every small batch, and in some large ones that several threads share.
    @Test(arguments: [TestModel.tasks[1], TestModel.ordered[12], TestModel.tasks[4], TestModel.tasks[6]])
    func aRowIsTheSameInEveryBatch(described: TestModel) throws {
        let (float, double) = (try described.model(Float.self), try described.model(Double.self))
        try check(float, described.rows(1024, Float.self), tolerance: 1e-5)
        try check(double, described.rows(1024, Double.self), tolerance: 1e-12)
    }

    private func check<Scalar>(_ model: Model, _ x: Matrix<Scalar>, tolerance: Double) throws {
        let predictor = try Predictor(model)
        let columns = predictor.outputCount
        var alone = [Scalar]()
        for row in 0..<x.rows { alone += try predictor.predictions(x.selecting(rows: [row])).elements }
        #expect(relativeDifference(alone, try model.predict(x).values.elements) < tolerance)
        for size in Array(1...70) + [128, 256, 257, 1024] {
            let batch = try predictor.predictions(x.selecting(rows: Array(0..<size)))
            #expect(
                relativeDifference(batch.elements, Array(alone[..<(size * columns)])) < tolerance, "\(size) rows")
        }
    }

    /// What the figures measure: batches of this network are shared with other threads.
    @Test(arguments: [9, 31, 32, 100, 500, 1024])
    func largeBatchesAreRight(rows: Int) throws {
        let described = TestModel(
            "784-512-256-10", inputs: 784,
            [
                .dense(Dense(512)), .batchNorm(BatchNorm()), .activation(.relu), .dense(Dense(256)),
                .batchNorm(BatchNorm()), .activation(.relu), .dense(Dense(10)),
            ])
        let (float, double) = (try described.model(Float.self), try described.model(Double.self))
        let reference = try double.predict(described.rows(rows, Double.self)).values.elements
        let y = try Predictor(float).predictions(described.rows(rows, Float.self))
        #expect(relativeDifference(y.elements, reference) < 1e-5)
    }

    @Test func readsAFile() throws {
        let described = TestModel.tasks[1]
        let model = try described.model(Float.self)
        let path = temporaryPath()
        defer { remove(path) }
        try model.write(to: path)
        let predictor = try Predictor(contentsOf: path)
        #expect(predictor.featureCount == 6 && predictor.outputCount == 3 && predictor.schema == model.schema)
        let rows = described.rows(5, Float.self)
        var y = Matrix<Float>(rows: 5, columns: 3)
        try predictor.predict(rows, into: &y)
        #expect(relativeDifference(y.elements, try model.predict(rows).values.elements) < 1e-5)
        #expect(throws: ModelFileError.self) { try Predictor(contentsOf: path + ".none") }
    }

    /// Windows on rows of a larger matrix, and buffers: nothing but the predictions is written.
    @Test func takesMemoryOfTheCaller() throws {
        let described = TestModel.tasks[1]
        let predictor = try Predictor(try described.model(Float.self))
        let x = described.rows(9, Float.self)
        let plain = try predictor.predictions(x)
        let wide = Matrix<Float>(rows: 9, columns: 11) { $1 >= 2 && $1 < 8 ? x[$0, $1 - 2] : .nan }
        var y = Matrix<Float>(rows: 9, columns: 7, repeating: -1)
        try wide.withView { wide in
            try y.withMutableView { try predictor.predict(wide.columns(2..<8), into: $0.columns(1..<4)) }
        }
        #expect(y == Matrix(rows: 9, columns: 7) { $1 >= 1 && $1 < 4 ? plain[$0, $1 - 1] : -1 })
        var flat = [Float](repeating: 0, count: 27)
        try x.elements.withUnsafeBufferPointer { x in
            try flat.withUnsafeMutableBufferPointer { try predictor.predict(x, into: $0) }
        }
        #expect(flat == plain.elements)
    }
}

extension Predictor {
    func predictions<Scalar>(_ rows: Matrix<Scalar>) throws -> Matrix<Scalar> {
        // What is not written shows.
        var y = Matrix<Scalar>(rows: rows.rows, columns: outputCount, repeating: .nan)
        try predict(rows, into: &y)
        return y
    }
}
