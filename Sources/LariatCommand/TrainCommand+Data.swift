internal import Lariat
internal import LariatDatasets

// From the flags and the files to training and validation data.

extension TrainCommand {
    /// All rows of DATA, encoded.
    func readData() throws -> Dataset {
        let targets = try columnNames(in: target, of: "--target")
        let texts = try columnNames(in: text, of: "--text")
        let table = try Table(contentsOf: data, text: Set(texts), labels: targets.count == 1 ? targets[0] : nil)
        for name in texts { _ = try table.require(name, as: "--text") }
        let all = try table.dataset(targets: targets, options: datasetOptions())
        if !quiet { all.notes.forEach { Console.error($0) } }
        return all
    }

    /// Training and validation data: a share of the rows, or another file read with the same schema.
    func split(_ all: Dataset) throws -> (training: Dataset, held: Dataset?) {
        guard let fraction = try heldOutFraction() else {
            let held = try Table(contentsOf: validation, text: all.schema.textColumns).dataset(
                like: all.schema, weights: weights)
            if !quiet { held.notes.forEach { Console.error($0) } }
            return (all, held)
        }
        if fraction == 0 { return (all, nil) }
        let (training, held) = all.split(holdingOut: fraction, seed: seed)
        return (training, held.count == 0 ? nil : held)
    }

    func datasetOptions() throws -> DatasetOptions {
        var options = DatasetOptions()
        guard let choice = DatasetOptions.TaskChoice(rawValue: task) else {
            throw Failure(.usage, "there is no task '\(task)'\nChoose auto, regression, binary or multiclass.")
        }
        guard let policy = MissingPolicy(rawValue: missing) else {
            throw Failure(.usage, "--missing is error, mean or drop, not '\(missing)'")
        }
        let targets = try columnNames(in: target, of: "--target")
        if targets.isEmpty { throw Failure(.usage, "--target needs the name of a column") }
        if let index = targets.indices.first(where: { targets[..<$0].contains(targets[$0]) }) {
            throw Failure(.usage, "--target names the column \(quoted(targets[index])) twice")
        }
        (options.task, options.missing, options.weights) = (choice, policy, weights)
        options.drop = try columnNames(in: drop, of: "--drop")
        return options
    }
}
