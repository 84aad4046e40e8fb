import Foundation

func temporaryPath() -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent("lariat-\(UUID().uuidString)").path
}

func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
