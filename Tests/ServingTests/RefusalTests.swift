import Lariat
import LariatModels
import LariatTestSupport
import Testing

/// Rows that cannot be predicted, refused in the words of ``Model/predict(_:)-(Matrix)``.
@Suite("Predictor's refusals")
struct RefusalTests {
    static let described = TestModel.tasks[1]

    /// The error of the model and of the predictor for the same rows.
    private func errors<Scalar>(_ described: TestModel, _ x: Matrix<Scalar>) throws -> (DataError?, DataError?) {
        let model = try described.model(Float.self)
        let predictor = try Predictor(model)
        let first = #expect(throws: DataError.self) { try model.predict(x) }
        let second = #expect(throws: DataError.self) { try predictor.predictions(x) }
        return (first, second)
    }

    @Test(arguments: [0, 5, 7]) func aWrongWidth(width: Int) throws {
        let (model, predictor) = try errors(Self.described, Matrix<Float>(rows: 3, columns: width))
        #expect(model == predictor && predictor?.message == "the model takes 6 features, and x is [3 × \(width)]")
    }

    /// Every place of small, middling and shared batches.
    @Test func aNumberThatIsNotFinite() throws {
        let predictor = try Predictor(try Self.described.model(Float.self))
        for rows in [1, 3, 8, 50] {
            var x = Self.described.rows(rows, Float.self)
            for (row, column) in (0..<rows).flatMap({ row in (0..<6).map { (row, $0) } }) {
                let saved = x[row, column]
                for value in [Float.nan, .infinity, -.infinity] {
                    x[row, column] = value
                    let error = #expect(throws: DataError.self) { try predictor.predictions(x) }
                    #expect(error?.message == "the features hold \(Double(value)) in row \(row), column \(column)")
                }
                x[row, column] = saved
            }
        }
        var x = Self.described.rows(4, Double.self)
        (x[2, 3], x[3, 0]) = (.nan, .infinity)
        let (model, found) = try errors(Self.described, x)
        #expect(model == found && found?.message == "the features hold nan in row 2, column 3")
    }

    @Test func inALargeBatchTheFirstPlaceIsNamed() throws {
        let described = TestModel("", inputs: 200, [.dense(Dense(200)), .dense(Dense(5))])
        let predictor = try Predictor(try described.model(Float.self))
        var x = described.rows(1024, Float.self)
        (x[1000, 3], x[130, 199], x[131, 0]) = (.infinity, .nan, .nan)
        let error = #expect(throws: DataError.self) { try predictor.predictions(x) }
        #expect(error?.message == "the features hold nan in row 130, column 199")
    }

    /// Under the policy `mean` a NaN is the mean, and an infinity still no number.
    @Test(arguments: [1, 9]) func missingNumbers(rows: Int) throws {
        let described = Self.described.with { $0.missing = .mean }
        let model = try described.model(Float.self)
        var x = described.rows(rows, Float.self)
        (x[0, 1], x[rows - 1, 5]) = (.nan, .nan)
        let y = try Predictor(model).predictions(x)
        #expect(relativeDifference(y.elements, try model.predict(x).values.elements) < 1e-5)
        x[0, 2] = -.infinity
        let (first, second) = try errors(described, x)
        #expect(first == second && second?.message == "the features hold -inf in row 0, column 2")
    }

    @Test func buffersThatHoldNoWholeRows() throws {
        let predictor = try Predictor(try Self.described.model(Float.self))
        var y = [Float](repeating: 0, count: 3)
        let error = #expect(throws: DataError.self) {
            try [Float](repeating: 0, count: 7).withUnsafeBufferPointer { x in
                try y.withUnsafeMutableBufferPointer { try predictor.predict(x, into: $0) }
            }
        }
        #expect(error?.message == "the model takes 6 features, and 7 numbers are no rows of that")
    }

    @Test func noRows() throws {
        let predictor = try Predictor(try Self.described.model(Float.self))
        #expect(try predictor.predictions(Matrix<Float>(rows: 0, columns: 6)).count == 0)
    }

    @Test func predictionsOfAnotherShapeAreAMistakeOfTheProgram() async {
        await #expect(processExitsWith: .failure) {
            let predictor = try Predictor(try RefusalTests.described.model(Float.self))
            var y = Matrix<Float>(rows: 4, columns: 2)
            try predictor.predict(RefusalTests.described.rows(4, Float.self), into: &y)
        }
    }

    @Test func theThreadsSettingOfSubnormalsComesBack() throws {
        _ = try Predictor(try Self.described.model(Float.self)).predictions(Self.described.rows(2, Float.self))
        #expect(half(Float.leastNormalMagnitude) > 0)
    }
}

@inline(never)
private func half(_ x: Float) -> Float { x * 0.5 }
