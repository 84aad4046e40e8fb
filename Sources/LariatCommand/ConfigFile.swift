internal import ArgumentParser
internal import Foundation

/// `--config FILE`: a JSON object with the names of `train`'s flags, turned into arguments in front of the given ones.
struct ConfigFile {
    let mergedArguments: [String]

    /// Reads the file that the arguments name; nil when they name none.
    ///
    /// - Throws: ``Failure`` for a file that is missing (66), or not a JSON object of known keys with values that they can
    ///   have (78).
    init?(in arguments: [String]) throws {
        guard let (path, rest) = try Self.extract(arguments) else { return nil }
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
        let settings = try Self.arguments(from: object, path)
        // The path stays an argument: the command must not write over the file.
        mergedArguments = [command] + settings + ["--config", path] + rest.dropFirst()
    }

    private static func extract(_ arguments: [String]) throws -> (path: String, rest: [String])? {
        let places = arguments.indices.filter { arguments[$0] == "--config" || arguments[$0].hasPrefix("--config=") }
        if places.count > 1 { throw Failure(.usage, "--config can be given once") }
        guard let place = places.first else { return nil }
        var rest = arguments
        let flag = rest.remove(at: place)
        if flag.hasPrefix("--config=") { return (String(flag.dropFirst("--config=".count)), rest) }
        // Without its value the parser refuses it.
        guard place < rest.count, rest[place] == "-" || !rest[place].hasPrefix("-") else { return nil }
        return (rest.remove(at: place), rest)
    }

    /// The settings as arguments, each of which was checked by itself, and then all of them together.
    private static func arguments(from object: [String: Any], _ path: String) throws -> [String] {
        var result: [String] = []
        for (key, value) in object.sorted(by: { $0.key < $1.key }) {
            let arguments = try argument(key, value, path)
            try check(arguments, "\(path): '\(key)': ")
            result += arguments
        }
        try check(result, "\(path): ")
        return result
    }

    private static func argument(_ key: String, _ value: Any, _ path: String) throws -> [String] {
        if TrainCommand.switches.contains(key) {
            guard let isOn = (value as? NSNumber).flatMap(booleanValue) else {
                throw wrong(key, "true or false", path)
            }
            return isOn ? ["--\(key)"] : []
        }
        if TrainCommand.options.contains(key) {
            return splittingEmptyValue("--\(key)=\(try text(of: value, key, path))")
        }
        throw Failure(
            .badConfig,
            "\(path): there is no setting '\(key)'\nThe settings are the flags of `lariat train`, without dashes.")
    }

    private static func text(of value: Any, _ key: String, _ path: String) throws -> String {
        switch value {
        case let text as String: return text
        case let number as NSNumber where booleanValue(number) == nil: return number.stringValue
        // A name with a comma is one name, as on the command line in quotes.
        case let list as [Any]: return try list.map { csvField(try text(of: $0, key, path)) }.joined(separator: ",")
        default: throw wrong(key, "a text, a number or a list", path)
        }
    }

    private static func wrong(_ key: String, _ expected: String, _ path: String) -> Failure {
        Failure(.badConfig, "\(path): '\(key)' must be \(expected)")
    }

    /// Parses settings and checks their values, so that a wrong one is told as the file's and not as a flag's.
    private static func check(_ arguments: [String], _ place: String) throws {
        do {
            let command: TrainCommand
            do {
                command = try TrainCommand.parse(["data.csv", "--target", "y"] + arguments)
            } catch {
                throw Failure(.badConfig, String(TrainCommand.message(for: error).prefix { $0 != "\n" }))
            }
            try command.checkValues()
        } catch {
            throw Failure(.badConfig, place + Failure.of(error).message)
        }
    }
}

/// JSON's true and false arrive as numbers too; this tells them apart.
private func booleanValue(_ number: NSNumber) -> Bool? {
    String(cString: number.objCType) == "c" || String(cString: number.objCType) == "B" ? number.boolValue : nil
}
