internal import ArgumentParser
internal import Foundation
internal import Lariat

struct PathCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "path",
        abstract: "A regularisation path of a linear model, every point with a duality gap, and cross-validation.",
        discussion:
            "The objective: mean loss + λ·Σ v·(ρ|w| + ½(1 − ρ)w²) on standardised features; with --groups λ·Σ v·√|g|·((1 − ρ)‖w_g‖ + ρ|w_g|/√|g|). Coefficients are printed on the original scale."
    )

    @Argument(help: "A CSV file with a header, or sparse data in a .svm file; - is standard input.") var data: String
    @Option(help: "The target column; a .svm file has its own.") var target: String?
    @Option(help: "gaussian, binomial, multinomial or poisson (default: by the target).") var family: String?
    @Option(parsing: .unconditional, help: "ρ: 1 the lasso, 0 ridge (default: 1; with --groups 0).")
    var l1Ratio: Double?
    @Option(parsing: .unconditional, help: "How many strengths.") var count = 100
    @Option(
        parsing: .unconditional,
        help:
            "The smallest strength as a share of the largest (default: 0.01 with fewer rows than features, else 0.0001)."
    )
    var smallestRatio: Double?
    @Option(parsing: .unconditional, help: "The strengths themselves, as A,B,C.") var strengths: String?
    @Flag(inversion: .prefixedNo, help: "Penalise features scaled to a deviation of 1.") var standardize = true
    @Flag(inversion: .prefixedNo, help: "Fit an intercept, which is never penalised.") var intercept = true
    @Option(help: "A CSV file with columns feature and factor: 0 unpenalised, inf left out; others have 1.")
    var penaltyFactors: String?
    @Option(help: "A CSV file with columns feature and group; features that are in none stand alone.")
    var groups: String?
    @Flag(help: "No coefficient below 0.") var nonNegative = false
    @Option(help: "The column with row weights.") var weights: String?
    @Option(help: "The column with offsets of the linear predictor.") var offset: String?
    @Option(help: "The column with the fold of each row, for cross-validation.") var foldColumn: String?
    @Option(parsing: .unconditional, help: "Folds of a cross-validation by chance.") var folds: Int?
    @Option(
        parsing: .unconditional,
        help: "The relative duality gap to reach: gap / objective of the null model.") var tolerance = 1e-7
    @Option(help: "Where to write the path as CSV; - is standard output.") var output: String?
    @Option(help: "Where to write the chosen model; - is standard output.") var model: String?
    @Option(help: "Write a report with pictures to this HTML file; - is standard output.") var report: String?
    @Option(help: "Draw the coefficients along the path into this SVG file; - is standard output.") var plot: String?
    @Option(help: "The model to write: min, one-se or a strength (default: min).") var choose: String?
    @Option(parsing: .unconditional, help: "The seed of the folds.") var seed: UInt64 = 0
    @Option(parsing: .unconditional, help: "Threads (default: what the machine offers).") var workers: Int?
    @Option(help: "Columns to read as text, as A,B.") var text = ""
    @Option(help: "Columns to leave out, as A,B.") var drop = ""
    @Option(help: "Missing cells: error, mean or drop.") var missing = "error"
    @Flag(help: "Print one JSON object on stdout.") var json = false
    @Flag(help: "Say nothing on stderr.") var quiet = false

    func run() throws {
        try checkCombinations()
        try FileUse.check(fileUses)
        if !quiet { Console.warnOfKernels() }
        let input = isSparse ? try readSparse() : try readTable()
        let start = Date()
        let (fitted, validation) = try fit(input)
        let chosen = try model.map { path in
            let chosen = try chosenModel(fitted, validation, input)
            try Interrupt.holdingLock(of: path) { try Console.write(try chosen.encoded(), to: path) }
            return chosen
        }
        let result = PathResult(
            path: fitted.path, schema: input.data.schema, rows: input.data.design.rows, curve: validation?.curves[0],
            chosen: chosen?.card.linear?.strength, seconds: Date().timeIntervalSince(start))
        if !reportFiles.isEmpty {
            let pictures = PathPictures(result, input, fitted, file: data)
            try reportFiles.write(report: pictures.report, plot: { pictures.plots.coefficients[0] })
        }
        try printResult(of: result)
    }

    var reportFiles: ReportFiles { ReportFiles(report: report, plot: plot) }

    private func fit(_ input: PathInput) throws -> (FittedPath, CrossValidationChoice?) {
        let settings = try settings(for: input)
        if let split = input.folds.map({ CrossValidation(foldIDs: $0) })
            ?? folds.map({ CrossValidation(folds: $0, seed: seed) })
        {
            let chosen = try split.choose(settings, on: input.data, offsets: input.offsets)
            return (chosen.path, chosen.validation)
        }
        return (try settings.fit(input.data, offsets: input.offsets), nil)
    }

    /// The model that `--choose` names; one at a strength that is none of the path's is fitted for it.
    private func chosenModel(
        _ fitted: FittedPath, _ validation: CrossValidationChoice?, _ input: PathInput
    ) throws -> Model {
        var model: Model
        switch choose ?? "min" {
        case "min": model = fitted.model(of: fitted.path[validation!.minimum.index])
        case "one-se": model = fitted.model(of: fitted.path[validation!.oneStandardError.index])
        case let text:
            let strength = Double(text)!
            if let point = fitted.path.first(where: { $0.strength == strength }) {
                model = fitted.model(of: point)
            } else {
                // On the way down to it, as the path would have come there.
                var exact = fitted.settings
                exact.strengths = fitted.path.strengths.filter { $0 > strength } + [strength]
                let solved = try exact.fit(input.data, offsets: input.offsets)
                model = solved.model(of: solved.path[solved.path.count - 1])
            }
        }
        model.card.linear?.weightsColumn = weights
        model.card.linear?.offsetColumn = offset
        return model
    }

    /// The path that the flags describe, but for what belongs to single features.
    func settings(family: Family) throws -> ElasticNetPath {
        var path = ElasticNetPath(
            family: family, l1Ratio: groups == nil ? l1Ratio ?? 1 : 1, count: count, smallestRatio: smallestRatio,
            strengths: try numbers(strengths, of: "--strengths"))
        (path.standardizes, path.fitsIntercept) = (standardize, intercept)
        (path.tolerance, path.workers) = (tolerance, workers)
        try path.validate()
        return path
    }

    private func settings(for input: PathInput) throws -> ElasticNetPath {
        var path = try settings(family: input.family)
        path.penaltyFactors = try factors(of: input.data.schema)
        path.groups = try groups(of: input.data.schema)
        if nonNegative { path.lowerBounds = Array(repeating: 0, count: input.data.design.columns) }
        return path
    }
}
