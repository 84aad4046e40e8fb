import Foundation

/// A JSON file of `Tests/References`, made by the generator script beside it.
public func reference<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = folder.appendingPathComponent("References/\(name).json")
    return try JSONDecoder().decode(Value.self, from: Data(contentsOf: file))
}
