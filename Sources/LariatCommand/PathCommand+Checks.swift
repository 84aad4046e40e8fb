internal import Lariat
internal import LariatModels

// What can be wrong with the flags of `path`, found before any data are read.

extension PathCommand {
    /// Sparse data come in svmlight's format, and have names neither for features nor for other columns.
    var isSparse: Bool { Self.isSparse(data) }
    static func isSparse(_ path: String) -> Bool { path.hasSuffix(".svm") || path.hasSuffix(".svmlight") }
    private var validates: Bool { folds != nil || foldColumn != nil }

    /// Checks values and what flags say together.
    func checkCombinations() throws {
        let families = try familyOrNil().map { [$0] } ?? Family.allCases
        for family in families { _ = try settings(family: family) }
        if groups != nil, let ratio = l1Ratio, !(ratio >= 0 && ratio <= 1) {
            throw Failure(.usage, "--l1-ratio must be in [0, 1], not \(ratio)")
        }
        if strengths != nil && smallestRatio != nil {
            throw Failure(.usage, "--strengths and --smallest-ratio exclude each other\nLeave one of them out.")
        }
        if groups != nil && nonNegative {
            throw Failure(.usage, "--groups and --non-negative cannot be combined\nLeave one of them out.")
        }
        if let folds {
            if foldColumn != nil {
                throw Failure(.usage, "--folds and --fold-column exclude each other\nLeave one of them out.")
            }
            if folds < 2 { throw Failure(.usage, "--folds needs at least 2, not \(folds)") }
        }
        try checkChoice()
        if isSparse { try checkSparse() } else { try checkTable() }
    }

    private func checkChoice() throws {
        if let choose, model == nil {
            throw Failure(.usage, "--choose \(choose) chooses the model that --model writes\nAdd --model FILE.")
        }
        guard model != nil else { return }
        switch choose ?? "min" {
        case "min", "one-se":
            if !validates {
                throw Failure(
                    .usage,
                    "there is nothing to choose a model by\nAdd --folds 10, or choose a strength: --choose 0.1.")
            }
        case let text:
            guard let strength = Double(text), strength > 0, strength.isFinite else {
                throw Failure(.usage, "--choose is min, one-se or a strength above 0, not '\(text)'")
            }
        }
    }

    private func checkTable() throws {
        guard let target else {
            throw Failure(
                .usage,
                "Missing expected argument '--target <target>'\nSee `lariat --help`, or `lariat help` with the name of a command."
            )
        }
        let targets = try columnNames(in: target, of: "--target")
        if targets.count != 1 {
            throw Failure(.usage, "a path has one target, and --target names \(targets.count)")
        }
        _ = try (columnNames(in: text, of: "--text"), columnNames(in: drop, of: "--drop"))
        guard MissingPolicy(rawValue: missing) != nil else {
            throw Failure(.usage, "--missing is error, mean or drop, not '\(missing)'")
        }
    }

    private func checkSparse() throws {
        let named: [(String, Bool)] = [
            ("--target", target != nil), ("--weights", weights != nil), ("--offset", offset != nil),
            ("--fold-column", foldColumn != nil), ("--text", !text.isEmpty), ("--drop", !drop.isEmpty),
            ("--missing", missing != "error"),
        ]
        if let (flag, _) = named.first(where: \.1) {
            throw Failure(
                .usage, "\(flag) names a column, and a .svm file has no names\nLeave it out, or give the data as CSV.")
        }
    }

    /// The family that `--family` names.
    func familyOrNil() throws -> Family? {
        guard let family else { return nil }
        guard let known = Family(rawValue: family) else {
            throw Failure(
                .usage, "there is no family '\(family)'\nChoose gaussian, binomial, multinomial or poisson.")
        }
        return known
    }

    /// Numbers in a list, or nil for none.
    func numbers(_ list: String?, of flag: String) throws -> [Double]? {
        guard let list else { return nil }
        return try list.split(separator: ",", omittingEmptySubsequences: false).map { part in
            let text = part.drop { $0 == " " }
            guard let number = Double(text) else {
                throw Failure(.usage, "\(flag) is a list of numbers, and '\(part)' is none\nWrite it as 0.1,0.05,0.01.")
            }
            return number
        }
    }

    /// Everything that is read or written.
    var fileUses: [FileUse] {
        var uses: [FileUse] = [.reads("DATA", data)]
        if let penaltyFactors { uses.append(.reads("--penalty-factors", penaltyFactors)) }
        if let groups { uses.append(.reads("--groups", groups)) }
        if let output { uses.append(.writes("--output", output)) }
        if let model {
            uses.append(.writes("--model", model))
            if let lock = FileLock.path(for: model), !Console.isOutput(model) {
                uses.append(.writes("the lock of --model", lock))
            }
        }
        uses += reportFiles.uses
        if json { uses.append(.writes("the result of --json", "-")) }
        return uses
    }
}
