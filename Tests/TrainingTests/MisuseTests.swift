import Lariat
import LariatTestSupport
import Testing

/// Data that do not fit each other, the network or the model: an error that says which numbers do not go together.
@Suite("Misuse")
struct MisuseTests {
    /// Every place of a NaN or an infinity, in a fit and in a prediction.
    @Test func everyPlaceOfABadNumberIsFound() throws {
        var network = Network(inputs: 8) { Dense(1) }
        let good = try Dataset(features: randomMatrix(50, 8, seed: 1), targets: Matrix(rows: 50, columns: 1))
        let model = try Trainer(objective: Objective(.squaredError), epochs: 1).fit(&network, on: good).model
        for row in 0..<50 {
            for column in 0..<8 {
                var x = good.features
                x[row, column] = [.nan, .infinity, -.infinity][(row + column) % 3]
                let place = "row \(row), column \(column)"
                let fit = #expect(throws: DataError.self) {
                    try Dataset(features: x, targets: Matrix(rows: 50, columns: 1))
                }
                #expect(fit?.message.hasSuffix(place) == true)
                let predict = #expect(throws: DataError.self) { try model.predict(x) }
                #expect(predict?.message == "the features hold \(x[row, column]) in \(place)")
            }
        }
    }

    /// Finite features that leave the range of the network give no number, in any row.
    @Test(arguments: [0, 7, 49])
    func predictionsOutOfRange(row: Int) throws {
        var network = Network(inputs: 2) {
            Dense(4); ReLU(); Dense(1)
        }
        let data = try Dataset(features: randomMatrix(50, 2, seed: 1), targets: randomMatrix(50, 1, seed: 2))
        let model = try Trainer(objective: Objective(.squaredError), epochs: 1).fit(&network, on: data).model
        var x = data.features
        (x[row, 0], x[row, 1]) = (1e300, -1e300)
        let error = #expect(throws: DataError.self) { try model.predict(x) }
        #expect(error?.message == "row \(row): the prediction is not finite")
    }

    @Test(arguments: [0, 1, 5, 7, 12, 100])
    func predictionsOfTheWrongWidth(width: Int) {
        for rows in [1, 3] {
            let x = Matrix<Double>(rows: rows, columns: width)
            let error = #expect(throws: DataError.self) { try FitTests.model.predict(x) }
            #expect(error?.message == "the model takes 6 features, and x is \(x.shape)")
        }
    }

    @Test func predictionsOfNoRows() throws {
        #expect(try FitTests.model.predict(Matrix<Double>(rows: 0, columns: 6)).values.rows == 0)
    }

    @Test(arguments: [1, 5, 7, 60])
    func networksOfTheWrongWidth(inputs: Int) throws {
        var network = FitTests.network(Float.self, inputs: inputs)
        let error = #expect(throws: TrainingError.self) { try FitTests.trainer().fit(&network, on: FitTests.small()) }
        #expect(error?.description == "the network has \(inputs) inputs, and the data have 6 features")
    }

    @Test(arguments: [2, 3, 10])
    func networksWithTooManyOutputs(outputs: Int) throws {
        var network = Network(inputs: 6) { Dense(outputs) }
        let error = #expect(throws: TrainingError.self) { try FitTests.trainer().fit(&network, on: FitTests.small()) }
        #expect(error?.description == "the network has \(outputs) outputs, and the data need 1")
    }

    @Test(arguments: [
        (4, 5, "there are 4 rows of features and 5 of targets"),
        (5, 4, "there are 5 rows of features and 4 of targets"),
        (1, 0, "there are 1 rows of features and 0 of targets"),
        (0, 1, "there are 0 rows of features and 1 of targets"),
    ])
    func countsThatDiffer(features: Int, targets: Int, message: String) {
        let x = Matrix<Double>(rows: features, columns: 2)
        let error = #expect(throws: DataError.self) {
            try Dataset(features: x, targets: Matrix(rows: targets, columns: 1))
        }
        #expect(error?.message == message)
        #expect(throws: DataError.self) { try Dataset(features: x, labels: Array(repeating: "a", count: targets)) }
    }

    @Test(
        arguments: [
            ([], "there are 0 weights for 3 rows"), ([1], "there are 1 weights for 3 rows"),
            ([1, 1, 1, 1], "there are 4 weights for 3 rows"), ([1, -1, 1], "the weight at row index 1 is -1.0"),
            ([-0.001, 1, 1], "the weight at row index 0 is -0.001"),
            ([1, 1, .nan], "the weight at row index 2 is nan"),
            ([.infinity, 1, 1], "the weight at row index 0 is inf"), ([0, 0, 0], "all weights are zero"),
            ([-0.0, 0, 0], "all weights are zero"),
        ] as [([Double], String)])
    func weightsThatAreNone(weights: [Double], message: String) {
        let (x, y) = (Matrix<Double>([[1], [2], [3]]), Matrix<Double>([[1], [0], [1]]))
        let numeric = #expect(throws: DataError.self) { try Dataset(features: x, targets: y, weights: weights) }
        #expect(numeric?.message == message)
        let labelled = #expect(throws: DataError.self) {
            try Dataset(features: x, labels: ["a", "b", "a"], weights: weights)
        }
        #expect(labelled?.message == message)
    }

    /// A weight of zero is a row removed, a weight of two a row repeated: in the loss and so in the solution.
    @Test func weightsCountRows() throws {
        let x: Matrix<Double> = randomMatrix(12, 3, seed: 1)
        let y = Matrix<Double>(rows: 12, columns: 1) { row, _ in x[row, 0] - x[row, 1] + Double(row % 2) }
        let rows = (0..<12).flatMap { Array(repeating: $0, count: $0 % 3) }
        let weighted = try Dataset(features: x, targets: y, weights: (0..<12).map { Double($0 % 3) })
        let repeated = try Dataset(features: x.selecting(rows: rows), targets: y.selecting(rows: rows))
        // Standardised by hand, since the deviation of a column counts rows and not weights.
        let solutions = try [weighted, repeated].map { data in
            let trainer = Trainer(
                objective: Objective(.squaredError, penalties: [.l2(0.01)]), optimizer: .sgd, schedule: .constant(0.3),
                batchSize: data.count, epochs: 1)
            let network = NeuralNetwork<Double>(inputs: 3, seed: 1) { Dense(1) }
            let session = try TrainingSession(network, trainer, on: data, .identity(inputs: 3, outputs: 1))
            for _ in 0..<500 { _ = try session.step(data) }
            return session.network.parameters.elements
        }
        #expect(relativeDifference(solutions[0], solutions[1]) <= 1e-12)
    }

    @Test(arguments: [
        (0, "a training needs at least one epoch, not 0"),
        (1_000_000_001, "a training can have at most 1000000000 epochs, not 1000000001"),
        (Int.max, "a training can have at most 1000000000 epochs, not 9223372036854775807"),
    ])
    func numbersOfEpochs(epochs: Int, message: String) {
        let error = #expect(throws: TrainingError.self) { try FitTests.trainer(epochs: epochs).validate() }
        #expect(error?.description == message)
    }

    @Test func stepsThatDoNotFitTheirSession() throws {
        let data = try FitTests.small()
        let session = try TrainingSession(FitTests.network(Float.self), FitTests.trainer(), on: data)
        let large = #expect(throws: TrainingError.self) { try session.step(data) }
        #expect(large?.description == "a batch of 60 rows does not fit a session planned for 1 to 16")
        #expect(throws: TrainingError.self) { try session.step(data.selecting(rows: [])) }
        let other = try Dataset(features: randomMatrix(4, 6, seed: 1), labels: ["a", "b", "a", "b"])
        let columns = #expect(throws: TrainingError.self) { try session.step(other) }
        #expect(columns?.description == "the batch has other columns than the session's data")
        let one = #expect(throws: BatchOfOneError.self) { try session.step(data.selecting(rows: [0])) }
        #expect(one?.layer == "layers.1 (batchNorm)")
    }

    @Test func validationDataWithOtherColumns() throws {
        let other = try Dataset(features: randomMatrix(4, 5, seed: 1), labels: ["no", "yes", "no", "yes"])
        var network = FitTests.network(Float.self)
        #expect(throws: (any Error).self) {
            try FitTests.trainer().fit(&network, on: FitTests.small(), validatingOn: other)
        }
        #expect(throws: (any Error).self) { try FitTests.model.evaluate(other) }
        #expect(throws: TrainingError.self) { try FitTests.trainer().fit(FitTests.model, on: other) }
    }
}
