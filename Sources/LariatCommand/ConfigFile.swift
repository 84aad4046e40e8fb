internal import ArgumentParser
internal import Foundation

/// `--config FILE`: a JSON object with the names of `train`'s flags, turned into arguments in front of the given ones.
struct ConfigFile {
    let mergedArguments: [String]

    /// Reads the file that the arguments name; nil when they name none.
    ///
    /// - Throws: ``Failure`` for a file that is missing (66), or not a JSON object of known keys (78).
    init?(in arguments: [String]) throws {
        guard let (path, rest) = Self.extract(arguments) else { return nil }
        guard let command = rest.first, command == "train" else {
            throw Failure(.usage, "--config belongs to `lariat train`")
        }
        let data = path == "-" ? try? FileHandle.standardInput.readToEnd() : FileManager.default.contents(atPath: path)
        guard let data else {
            throw Failure(.noInput, "cannot read the configuration \(path)\nCheck the path and its permissions.")
        }
        guard data.count <= 1 << 20 else { throw Failure(.badConfig, "\(path) is larger than 1 MiB") }
        guard let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw Failure(.badConfig, "\(path) is no JSON object\nWrite it as {\"epochs\": 20, \"hidden\": \"64,32\"}.")
        }
        mergedArguments = [command] + (try Self.arguments(from: object, path)) + rest.dropFirst()
    }

    private static func extract(_ arguments: [String]) -> (path: String, rest: [String])? {
        if let index = arguments.firstIndex(of: "--config"), index + 1 < arguments.count {
            var rest = arguments
            rest.removeSubrange(index...(index + 1))
            return (arguments[index + 1], rest)
        }
        if let index = arguments.firstIndex(where: { $0.hasPrefix("--config=") }) {
            var rest = arguments
            rest.remove(at: index)
            return (String(arguments[index].dropFirst("--config=".count)), rest)
        }
        return nil
    }

    private static func arguments(from object: [String: Any], _ path: String) throws -> [String] {
        var result: [String] = []
        for (key, value) in object.sorted(by: { $0.key < $1.key }) {
            if TrainCommand.switches.contains(key) {
                guard let isOn = value as? Bool else { throw wrong(key, "true or false", path) }
                if isOn { result.append("--\(key)") }
            } else if TrainCommand.options.contains(key) {
                result += splittingEmptyValue("--\(key)=\(try text(of: value, key, path))")
            } else {
                throw Failure(
                    .badConfig,
                    "\(path): there is no setting '\(key)'\nThe settings are the flags of `lariat train`, without dashes."
                )
            }
        }
        try check(result, path)
        return result
    }

    private static func text(of value: Any, _ key: String, _ path: String) throws -> String {
        switch value {
        case let text as String: return text
        case let number as NSNumber where booleanValue(number) == nil: return number.stringValue
        case let list as [Any]: return try list.map { try text(of: $0, key, path) }.joined(separator: ",")
        default: throw wrong(key, "a text, a number or a list", path)
        }
    }

    private static func wrong(_ key: String, _ expected: String, _ path: String) -> Failure {
        Failure(.badConfig, "\(path): '\(key)' must be \(expected)")
    }

    /// Parses the settings by themselves, so that a wrong one is told as the file's and not as a flag's.
    private static func check(_ arguments: [String], _ path: String) throws {
        do {
            _ = try TrainCommand.parse(["data.csv", "--target", "y"] + arguments)
        } catch {
            let message = TrainCommand.message(for: error).split(separator: "\n").first.map(String.init) ?? ""
            throw Failure(.badConfig, "\(path): \(message)")
        }
    }
}

/// JSON's true and false arrive as numbers too; this tells them apart.
private func booleanValue(_ number: NSNumber) -> Bool? {
    String(cString: number.objCType) == "c" || String(cString: number.objCType) == "B" ? number.boolValue : nil
}
