internal import Lariat
internal import LariatDatasets

// From the flags and the files to training and validation data.

extension TrainCommand {
    /// All rows of DATA, encoded.
    func readData() throws -> Dataset {
        let targets = try columns(target, of: "--target")
        let texts = try columns(text, of: "--text")
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
        let targets = try columns(target, of: "--target")
        if targets.isEmpty { throw Failure(.usage, "--target needs the name of a column") }
        if let index = targets.indices.first(where: { targets[..<$0].contains(targets[$0]) }) {
            throw Failure(.usage, "--target names the column \(quoted(targets[index])) twice")
        }
        (options.task, options.missing, options.weights) = (choice, policy, weights)
        options.drop = try columns(drop, of: "--drop")
        return options
    }

    /// The names in a list of columns: fields of one CSV record, so that a name may hold a comma in quotes. Spaces
    /// around a name without quotes do not belong to it, and one of nothing else is none.
    func columns(_ list: String, of flag: String) throws -> [String] {
        var names: [String] = []
        var rest = list[...]
        while !rest.isEmpty {
            rest = rest.drop { $0 == " " }
            guard rest.first == "\"" else {
                let name = rest.prefix { $0 != "," }
                rest = rest[name.endIndex...].dropFirst()
                let length = name.lastIndex { $0 != " " }.map { name.index(after: $0) } ?? name.startIndex
                if length > name.startIndex { names.append(String(name[..<length])) }
                continue
            }
            guard let (name, behind) = quotedName(rest.dropFirst()) else {
                throw Failure(
                    .usage,
                    "\(flag) has a quote that is not closed in front of a comma or the end: \(quoted(list))\nWrite a name with a comma as '\"a,b\",c', and a quote in it twice."
                )
            }
            names.append(name)
            rest = behind
        }
        return names
    }

    /// A name up to its closing quote, and what follows the comma behind it.
    private func quotedName(_ text: Substring) -> (name: String, behind: Substring)? {
        var (name, rest) = ("", text)
        while let character = rest.popFirst() {
            if character != "\"" {
                name.append(character)
            } else if rest.first == "\"" {
                name.append(rest.removeFirst())
            } else {
                rest = rest.drop { $0 == " " }
                return rest.isEmpty || rest.removeFirst() == "," ? (name, rest) : nil
            }
        }
        return nil
    }
}
