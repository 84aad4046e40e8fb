internal import ArgumentParser
internal import Lariat

@main
struct LariatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "lariat")
}
